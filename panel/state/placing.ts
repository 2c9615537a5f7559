import type { Auditioned, Placed, Suggestion } from '../../engine/protocol/messages.js';
import type { Failure } from './failure.js';

/** Laying crops under the edit, as far as the page knows of it. */
export type Placing = {
	readonly step:
		| { readonly state: 'idle' }
		| { readonly state: 'running'; readonly doing: PlacingAct; readonly title: string }
		| { readonly state: 'placed'; readonly title: string; readonly placed: Placed }
		| { readonly state: 'marked'; readonly added: number }
		| { readonly state: 'failed'; readonly doing: PlacingAct; readonly title: string; readonly failure: Failure };
	/** The crop that lies in the edit for trying, until it is kept or removed. */
	readonly auditioned: Auditioned | null;
};

export type PlacingAct = 'place' | 'audition' | 'keep' | 'remove' | 'markers';

export type PlacingEvent =
	| { readonly type: 'placing'; readonly doing: PlacingAct; readonly title: string }
	| { readonly type: 'placed'; readonly title: string; readonly placed: Placed }
	| ({ readonly type: 'auditioned' } & Auditioned)
	/** What an edit that was just opened has on trial from before; null where that is nothing. */
	| { readonly type: 'audition-found'; readonly auditioned: Auditioned | null }
	| { readonly type: 'audition-removed' }
	| { readonly type: 'marked'; readonly added: number }
	| { readonly type: 'placing-failed'; readonly failure: Failure };

export const NOTHING_PLACED: Placing = { step: { state: 'idle' }, auditioned: null };

export const reducePlacing = (placing: Placing, event: PlacingEvent): Placing => {
	switch (event.type) {
		case 'placing':
			return { ...placing, step: { state: 'running', doing: event.doing, title: event.title } };
		case 'placed': {
			const wasAudition = placing.step.state === 'running' && placing.step.doing === 'keep';
			const step = { state: 'placed', title: event.title, placed: event.placed } as const;
			return { step, auditioned: wasAudition ? null : placing.auditioned };
		}
		case 'auditioned':
			return { step: { state: 'idle' }, auditioned: { track: event.track, title: event.title, placed: event.placed } };
		case 'audition-found':
			return { ...placing, auditioned: event.auditioned };
		case 'audition-removed':
			return { step: { state: 'idle' }, auditioned: null };
		case 'marked':
			return { ...placing, step: { state: 'marked', added: event.added } };
		case 'placing-failed': {
			const { step } = placing;
			if (step.state !== 'running') return placing;
			// What the engine no longer knows of can't be kept or removed.
			const isGone = event.failure.code === 'not-found' && (step.doing === 'keep' || step.doing === 'remove');
			const failed = { state: 'failed', doing: step.doing, title: step.title, failure: event.failure } as const;
			return { step: failed, auditioned: isGone ? null : placing.auditioned };
		}
	}
};

/** Moments of a crop's beats and sections in the cut, with names. Sections are named by their order; beats by theirs. */
export const markersOf = ({ beats, sections, crop, range }: Suggestion): { at: number; name: string }[] => {
	const inCut = (time: number): number => range.start + time - crop.start;
	const all = [
		...beats.map((time, k) => ({ at: inCut(time), name: `Beat ${k + 1}` })),
		...sections.map((time, k) => ({ at: inCut(time), name: `Section ${k + 1}` })),
	];
	return all.filter(({ at }) => at >= range.start && at < range.end).slice(0, MOST_MARKERS);
};

/** As many as the engine takes at once. */
const MOST_MARKERS = 2000;
