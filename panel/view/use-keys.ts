import { useEffect } from 'react';
import type { Page } from '../client/page.js';
import { type KeyCommand, keyCommand, type Stroke } from '../state/keys.js';
import { notices } from '../state/notices.js';
import { resultsOf, selectedOf } from '../state/view-state.js';

/** Listens for the page's keys. */
export const useKeys = (page: Page, onSearch: () => void): void => {
	useEffect(() => {
		const onKeyDown = (event: KeyboardEvent): void => {
			if (event.defaultPrevented) return;
			const command = keyCommand({
				key: event.key,
				modified: event.ctrlKey || event.metaKey || event.altKey,
				shift: event.shiftKey,
				undoing:
					(event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'z',
				focus: focusOf(event.target),
				covered:
					document.querySelector(
						'[role=dialog], [role=alertdialog], [role=menu], [data-testid=popover], [data-testid=tray]',
					) !== null,
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
		suggest: () => commands.cuts.suggest(),
		'suggest-or-place': () => (canPlace(store.state) ? commands.placing.place() : commands.cuts.suggest()),
		audition: () => commands.placing.audition(),
		markers: () => commands.placing.addMarkers(),
		next: () => store.dispatch({ type: 'step', by: 1 }),
		previous: () => store.dispatch({ type: 'step', by: -1 }),
		play: () => (player.state.state === 'stopped' ? player.play() : player.pause()),
		stop: () => {
			player.stop();
			void commands.placing.removeAudition();
		},
		'cycle-vocals': () => commands.settings.cycleVocals(),
		refine: () => store.dispatch({ type: 'refine', refining: !resultsOf(store.state.cut)?.refining }),
		compare: () => compare(store),
		'more-like-this': () => commands.cuts.lean(true),
		'less-like-this': () => commands.cuts.lean(false),
		favourite: () => favourite(store, commands),
		reject: () => commands.verdicts.reject(),
		refresh: () => commands.cuts.refresh(),
		'beat-later': () => commands.crops.change({ kind: 'beat', by: 1 }),
		'beat-earlier': () => commands.crops.change({ kind: 'beat', by: -1 }),
		'bar-later': () => commands.crops.change({ kind: 'bar', by: 1 }),
		'bar-earlier': () => commands.crops.change({ kind: 'bar', by: -1 }),
		'section-later': () => commands.crops.change({ kind: 'section', by: 1 }),
		'section-earlier': () => commands.crops.change({ kind: 'section', by: -1 }),
		'cycle-ending': () => commands.crops.cycleEnding(),
		undo: () => commands.verdicts.undo(),
		'search-catalogue': onSearch,
		help: () => store.dispatch({ type: 'dialog', dialog: 'help' }),
	};
	actions[command]();
};

/** A list that no longer is what would be asked now is asked for again, not placed from. */
const canPlace = (state: Page['store']['state']): boolean =>
	state.cut.state === 'open' &&
	selectedOf(state.cut) !== null &&
	!notices(state).some(({ id }) => id === 'list-outdated');

/** Keeps the selected crop to compare with, or goes from the one of the two to the other. */
const compare = ({ state, dispatch }: Page['store']): void => {
	const pinned = resultsOf(state.cut)?.pinned ?? null;
	const selected = selectedOf(state.cut);
	if (pinned !== null) dispatch({ type: 'hear', which: pinned.isHeard ? 'selected' : 'pinned' });
	else if (selected !== null) dispatch({ type: 'pin', suggestion: selected });
};

const favourite = ({ state }: Page['store'], { verdicts }: Page['commands']): void => {
	const track = selectedOf(state.cut)?.track;
	if (track) void verdicts.toggleFavourite(track);
};

const TEXTS = 'input, textarea, select, [contenteditable]';
const CONTROLS =
	'button, a, summary, [role=button], [role=slider], [role=switch], [role=listbox], [role=option], audio, video';

const focusOf = (target: EventTarget | null): Stroke['focus'] => {
	if (!(target instanceof Element)) return 'elsewhere';
	if (target.closest(TEXTS)) return 'text';
	return target.closest(CONTROLS) ? 'control' : 'elsewhere';
};
