import { useEffect } from 'react';
import type { Page } from '../client/page.js';
import { type KeyCommand, keyCommand, type Stroke } from '../state/keys.js';

/** Listens for the page's keys. */
export const useKeys = (page: Page, onSearch: () => void): void => {
	useEffect(() => {
		const onKeyDown = (event: KeyboardEvent): void => {
			if (event.defaultPrevented) return;
			const command = keyCommand({
				key: event.key,
				modified: event.ctrlKey || event.metaKey || event.altKey,
				focus: focusOf(event.target),
				covered: document.querySelector('[role=dialog], [role=alertdialog], [role=listbox], [role=menu]') !== null,
			});
			if (command === null) return;
			event.preventDefault();
			carryOut(page, command, onSearch);
		};
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, [page, onSearch]);
};

const carryOut = ({ store, commands, player }: Page, command: KeyCommand, onSearch: () => void): void => {
	const actions: Readonly<Record<KeyCommand, () => unknown>> = {
		suggest: () => commands.suggest(),
		next: () => store.dispatch({ type: 'step', by: 1 }),
		previous: () => store.dispatch({ type: 'step', by: -1 }),
		play: () => (player.state.state === 'stopped' ? player.play() : player.pause()),
		stop: () => player.stop(),
		'cycle-vocals': () => commands.cycleVocals(),
		'search-catalogue': onSearch,
		help: () => store.dispatch({ type: 'dialog', dialog: 'help' }),
	};
	actions[command]();
};

const TEXTS = 'input, textarea, select, [contenteditable]';
const CONTROLS = 'button, a, summary, [role=button], [role=slider], [role=switch], audio, video';

const focusOf = (target: EventTarget | null): Stroke['focus'] => {
	if (!(target instanceof Element)) return 'elsewhere';
	if (target.closest(TEXTS)) return 'text';
	return target.closest(CONTROLS) ? 'control' : 'elsewhere';
};
