import { describe, expect, test } from 'vitest';
import { MUSIC_TAGS } from '../../../engine/features/music-tag-names.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { wishesOf } from '../../../engine/suggestions/wishes.js';
import { syntheticTrack } from '../../support/analyses.js';

const nothing = { like: [], unlike: [], words: [], after: null };

/** A track whose tags and features are one column each, and sound from the first second on. */
const track = (tag: string, feature: number, changes: Partial<TrackAnalysis> = {}): TrackAnalysis => {
	const plain = syntheticTrack(20, []);
	for (let second = 0; second < plain.tags.rows; second++) {
		plain.tags.data[second * 100 + MUSIC_TAGS.indexOf(tag)] = 0.8;
		plain.features.data[second * 400 + feature] = 1;
	}
	return { ...plain, ...changes };
};

const tracks = [track('piano', 1), track('guitar', 2), track('techno', 3), track('piano', 1)];
const asked = tracks.map(analysis => ({ analysis }));

describe('wishes', () => {
	test('without any all tracks are the same', () => {
		expect(wishesOf(nothing, asked)).toEqual([0, 0, 0, 0]);
	});

	test('by words put tracks with that label first, or last where the weight is negative', () => {
		const values = wishesOf({ ...nothing, words: [{ word: 'Piano', weight: 1 }] }, asked);
		expect(Math.min(values[0]!, values[3]!)).toBeGreaterThan(Math.max(values[1]!, values[2]!));
		const less = wishesOf({ ...nothing, words: [{ word: 'piano', weight: -1 }] }, asked);
		expect(less.map(value => 0 - value)).toEqual(values.map(value => expect.closeTo(value, 9)));
	});

	test('weigh against each other', () => {
		const words = [
			{ word: 'piano', weight: 1 },
			{ word: 'techno', weight: 3 },
		];
		const values = wishesOf({ ...nothing, words }, asked);
		expect(values.indexOf(Math.max(...values))).toBe(2);
	});

	test('name a word that no label begins with', () => {
		expect(() => wishesOf({ ...nothing, words: [{ word: 'kazoo', weight: 1 }] }, asked)).toThrow(
			expect.objectContaining({ code: 'bad-request', message: expect.stringContaining('kazoo') }),
		);
	});

	test('by example put what sounds like it first, and what sounds like the other one last', () => {
		const like = [{ analysis: tracks[1]!, passage: null, weight: 1 }];
		const unlike = [{ analysis: tracks[2]!, passage: { start: 3, end: 9 }, weight: 1 }];
		const values = wishesOf({ ...nothing, like, unlike }, asked);
		expect(values.indexOf(Math.max(...values))).toBe(1);
		expect(values.indexOf(Math.min(...values))).toBe(2);
	});

	test('after a song prefer its tempo, an octave apart or not, and its key', () => {
		const beats = (tempo: number) => ({ ...tracks[0]!.beats, tempo, confidence: 1 });
		const key = (tonic: number, mode: 'major' | 'minor') => ({ tonic, mode, confidence: 1 });
		const before = track('piano', 1, { beats: beats(120), key: key(0, 'major') });
		const others = [
			track('piano', 1, { beats: beats(60), key: key(9, 'minor') }),
			track('piano', 1, { beats: beats(120), key: key(6, 'major') }),
			track('piano', 1, { beats: beats(88), key: key(7, 'major') }),
			track('piano', 1, { beats: beats(88), key: key(6, 'major') }),
		];
		const values = wishesOf(
			{ ...nothing, after: before },
			others.map(analysis => ({ analysis })),
		);
		const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!);
		expect(order[0]).toBe(0);
		expect(order[3]).toBe(3);
	});
});
