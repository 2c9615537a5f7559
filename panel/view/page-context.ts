import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Seconds } from '../../engine/time/time.js';
import type { Listening, Page } from '../client/page.js';
import type { PlayerState } from '../state/player-state.js';
import type { ViewState } from '../state/view-state.js';

export const PageContext = createContext<Page | null>(null);

/** The page's parts. Throws outside of a page. */
export const usePage = (): Page => {
	const page = useContext(PageContext);
	if (page === null) throw new TypeError('this component stands outside of a PageContext');
	return page;
};

export const useView = (): ViewState => {
	const { store } = usePage();
	return useSyncExternalStore(store.subscribe, () => store.state);
};

export const useListening = (): Listening => {
	const { listening } = usePage();
	return useSyncExternalStore(listening.subscribe, () => listening.state);
};

export const usePlayer = (): PlayerState => {
	const { player } = usePage();
	const subscribe = useCallback((listener: () => void) => player.onChange(listener), [player]);
	return useSyncExternalStore(subscribe, () => player.state);
};

/**
 * Calls `show` with the position in the cut: whenever the player changed, and at every picture of the screen while it runs.
 * It bypasses React, which need not redraw a page sixty times a second.
 */
export const usePosition = (show: (position: Seconds) => void): void => {
	const { player } = usePage();
	const latest = useRef(show);
	latest.current = show;
	useEffect(() => {
		let request = 0;
		const step = (): void => {
			cancelAnimationFrame(request);
			latest.current(player.position);
			if (player.state.state === 'running') request = requestAnimationFrame(step);
		};
		step();
		const stop = player.onChange(step);
		return () => {
			stop();
			cancelAnimationFrame(request);
		};
	}, [player]);
	// What is drawn again by React, after a new range for instance, needs its position once more.
	useEffect(() => latest.current(player.position));
};
