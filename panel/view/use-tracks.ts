import { useEffect, useState } from 'react';
import type { TrackView } from '../../engine/protocol/messages.js';
import type { TrackQuery } from '../client/commands/catalogue-commands.js';
import { failureOf } from '../state/failure.js';
import { usePage } from './page-context.js';

const PAGE = 100;
/** Milliseconds of no typing before the engine is asked. */
const PAUSE = 150;

export type FoundTracks = {
	readonly tracks: readonly TrackView[];
	readonly total: number;
	/** Why there is no newer list; null while all is well. */
	readonly problem: string | null;
	readonly more: () => void;
};

/**
 * The catalogue's tracks for a query, the first hundred and more when asked.
 *
 * @param size - tracks of the catalogue: another size is reason to ask again
 */
export const useTracks = (query: TrackQuery, size: number): FoundTracks => {
	const { commands } = usePage();
	// As text, so that an equal query is no other one.
	const asked = JSON.stringify(query);
	const [limit, setLimit] = useState(PAGE);
	const [found, setFound] = useState<Omit<FoundTracks, 'more'>>({ tracks: [], total: 0, problem: null });
	// biome-ignore lint/correctness/useExhaustiveDependencies: the size is no argument, but the answer depends on it
	useEffect(() => {
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const { tracks, total } = await commands.catalogue.findTracks(
					JSON.parse(asked) as TrackQuery,
					0,
					Math.min(500, limit),
					stop.signal,
				);
				setFound({ tracks, total, problem: null });
			} catch (error) {
				const { code, detail } = failureOf(error);
				if (code !== 'cancelled') setFound(before => ({ ...before, problem: detail }));
			}
		}, PAUSE);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [commands, asked, limit, size]);
	return { ...found, more: () => setLimit(before => before + PAGE) };
};
