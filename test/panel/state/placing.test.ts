import { expect, test } from 'vitest';
import type { Placed } from '../../../engine/protocol/messages.js';
import { failure } from '../../../panel/state/failure.js';
import { markersOf, NOTHING_PLACED, type PlacingEvent, reducePlacing } from '../../../panel/state/placing.js';
import { aSuggestion } from '../support/views.js';

const placed: Placed = {
	host: 'files',
	where: '/films/promo (Segue).otio',
	track: 'Music',
	range: { start: 0, end: 18 },
	crop: { start: 30, end: 48 },
	file: '/music/1.flac',
	undoSteps: 0,
};
const after = (...events: PlacingEvent[]) => events.reduce(reducePlacing, NOTHING_PLACED);
const auditioned = { type: 'auditioned', track: '1', title: 'One', placed } as const;
const doing = (what: 'place' | 'keep' | 'remove') => ({ type: 'placing', doing: what, title: 'One' }) as const;

test('keeping what is on trial ends the trial, placing something else does not', () => {
	const lies = { type: 'placed', title: 'One', placed } as const;
	expect(after(auditioned, doing('keep'), lies).auditioned).toBeNull();
	expect(after(auditioned, doing('place'), lies).auditioned).not.toBeNull();
});

test('a trial that the engine has forgotten is forgotten here, one that could not be removed is not', () => {
	const failed = (code: 'not-found' | 'host-refused') =>
		({ type: 'placing-failed', failure: failure(code, 'x') }) as const;
	expect(after(auditioned, doing('keep'), failed('not-found')).auditioned).toBeNull();
	expect(after(auditioned, doing('remove'), failed('host-refused')).auditioned).not.toBeNull();
});

test('a crop’s beats and sections are marked where they are heard in the cut, and none outside its range', () => {
	const suggestion = { ...aSuggestion('1'), crop: { start: 30, end: 48 }, range: { start: 2, end: 4 } };
	const markers = markersOf(suggestion);
	expect(markers.filter(({ name }) => name.startsWith('Beat')).map(({ at }) => at)).toEqual([2, 2.5, 3, 3.5]);
	expect(markers.every(({ at }) => at >= 2 && at < 4)).toBe(true);
});
