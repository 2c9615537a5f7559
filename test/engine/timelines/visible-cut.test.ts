import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clip, Source, Timeline, Track, Transition } from '../../../engine/timelines/timeline.js';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';

const SEED = { seed: 20_260_302, numRuns: 300 };
const RATE = { numerator: 30_000, denominator: 1001 };
const ONE = { numerator: 1, denominator: 1 };
const at = (start: number, duration: number) => ({ start, duration, rate: RATE });
const file = (url: string): Source => ({ kind: 'media', url, name: url, available: null });

const clip = (start: number, duration: number, source: Source, from = 0, more: Partial<Clip> = {}): Clip => ({
	name: source.kind === 'nested' ? source.timeline.name : source.name,
	range: at(start, duration),
	source,
	sourceRange: at(from, duration),
	speed: ONE,
	reversed: false,
	enabled: true,
	...more,
});

const track = (clips: Clip[], transitions: Transition[] = [], enabled = true): Track => ({
	name: '',
	enabled,
	clips,
	transitions,
});

const timeline = (videoTracks: Track[], duration: number): Timeline => ({
	name: 'a sequence',
	rate: RATE,
	rateKnown: true,
	dropFrame: false,
	startFrame: 0,
	duration,
	videoTracks,
	audioTracks: [],
	markers: [],
});

const frames = (made: Timeline) => cutBoundaries(made).map(({ frame }) => frame);

const LENGTH = 60;

/** Clips of a track that don't overlap, from lengths of silence and clips in turn. */
const randomTrack = fc
	.array(
		fc.record({
			gap: fc.nat(8),
			length: fc.integer({ min: 1, max: 15 }),
			url: fc.constantFrom('a', 'b', 'c'),
			from: fc.nat(40),
			enabled: fc.boolean(),
			reversed: fc.boolean(),
		}),
		{ maxLength: 8 },
	)
	.map(items => {
		let start = 0;
		return items.flatMap(({ gap, length, url, from, enabled, reversed }) => {
			start += gap;
			const duration = Math.min(length, LENGTH - start);
			if (duration <= 0) return [];
			const made = clip(start, duration, file(url), from, { enabled, reversed });
			start += duration;
			return [made];
		});
	});

/** What is seen at a frame, looked up the slow way: `url:source frame and direction`, or nothing. */
const seenAt = (tracks: readonly Clip[][], frame: number): { url: string; source: number; step: number } | null => {
	for (const clips of [...tracks].reverse()) {
		const shown = clips.find(
			({ enabled, range }) => enabled && range.start <= frame && frame < range.start + range.duration,
		);
		if (shown?.source.kind !== 'media') continue;
		const offset = frame - shown.range.start;
		const source = shown.reversed
			? shown.sourceRange.start + shown.sourceRange.duration - offset
			: shown.sourceRange.start + offset;
		return { url: shown.source.url, source, step: shown.reversed ? -1 : 1 };
	}
	return null;
};

test('at every frame the piece shows what the topmost enabled clip there shows', () => {
	fc.assert(
		fc.property(fc.array(randomTrack, { maxLength: 4 }), tracks => {
			const pieces = visiblePieces(
				timeline(
					tracks.map(clips => track(clips)),
					LENGTH,
				),
			);
			let next = 0;
			for (const piece of pieces) {
				expect(piece.range.start).toBe(next);
				next += piece.range.duration;
				for (let frame = piece.range.start; frame < next; frame++) {
					const seen = seenAt(tracks, frame);
					expect(piece.source.kind === 'media' ? piece.source.url : null).toBe(seen?.url ?? null);
					if (!seen) continue;
					const shown = (piece.sourceStart * 30_000) / 1001 + seen.step * (frame - piece.range.start);
					expect(shown).toBeCloseTo(seen.source, 6);
				}
			}
			expect(next).toBe(LENGTH);
		}),
		SEED,
	);
});

test('there is a boundary exactly where the next frame is not the next of the same source', () => {
	fc.assert(
		fc.property(fc.array(randomTrack, { maxLength: 4 }), tracks => {
			const wanted: number[] = [];
			for (let frame = 1; frame < LENGTH; frame++) {
				const [before, here] = [seenAt(tracks, frame - 1), seenAt(tracks, frame)];
				const same =
					before && here
						? before.url === here.url && before.step === here.step && before.source + before.step === here.source
						: before === here;
				if (!same) wanted.push(frame);
			}
			const made = timeline(
				tracks.map(clips => track(clips)),
				LENGTH,
			);
			expect(frames(made)).toEqual(wanted);
		}),
		SEED,
	);
});

test('a nested sequence shows what it would show by itself', () => {
	fc.assert(
		fc.property(fc.array(randomTrack, { minLength: 1, maxLength: 3 }), tracks => {
			const inner = timeline(
				tracks.map(clips => track(clips)),
				LENGTH,
			);
			const outer = timeline([track([clip(0, LENGTH, { kind: 'nested', timeline: inner })])], LENGTH);
			expect(visiblePieces(outer)).toEqual(visiblePieces(inner));
		}),
		SEED,
	);
});

test('a nested sequence that runs twice as fast, or backwards, has its cuts at half the time, or mirrored', () => {
	const inner = timeline([track([clip(0, 20, file('a')), clip(20, 10, file('b')), clip(30, 30, file('c'))])], 60);
	const nested = { kind: 'nested', timeline: inner } as const;
	const speed = { numerator: 2, denominator: 1 };
	const fast = clip(100, 30, nested, 0, { speed, sourceRange: at(0, 60) });
	expect(frames(timeline([track([fast])], 130))).toEqual([100, 110, 115]);
	const back = clip(0, 60, nested, 0, { reversed: true });
	const mirrored = timeline([track([back])], 60);
	expect(frames(mirrored)).toEqual([30, 40]);
	expect(visiblePieces(mirrored)[0]).toMatchObject({ reversed: true, source: { url: 'c' } });
	expect(visiblePieces(mirrored)[0]!.sourceStart).toBeCloseTo((30 * 1001) / 30_000, 9);
});

test('a held frame of a nested sequence is one piece of the clip that it shows', () => {
	const inner = timeline([track([clip(0, 20, file('a')), clip(20, 10, file('b'), 7)])], 30);
	const held = clip(0, 50, { kind: 'nested', timeline: inner }, 0, {
		speed: { numerator: 0, denominator: 1 },
		sourceRange: at(25, 0),
	});
	const [piece, ...rest] = visiblePieces(timeline([track([held])], 50));
	expect(rest).toEqual([]);
	expect(piece).toMatchObject({ source: { url: 'b' }, speed: { numerator: 0 } });
	expect(piece!.sourceStart).toBeCloseTo((12 * 1001) / 30_000, 9);
});

const blend = (centre: number, inOffset: number, outOffset: number): Transition => ({
	name: '',
	kind: 'dissolve',
	centre,
	inOffset,
	outOffset,
});

test('clips that dissolve meet at the centre, wherever in the blend the file lets them meet', () => {
	for (const edit of [18, 20, 22]) {
		const clips = [clip(0, edit, file('a')), clip(edit, 40 - edit, file('b'), 100)];
		const made = timeline([track(clips, [blend(20, 2, 2)])], 40);
		expect(frames(made)).toEqual([20]);
		expect(visiblePieces(made)[1]!.sourceStart).toBeCloseTo(((100 + 20 - edit) * 1001) / 30_000, 9);
	}
});

test('a fade from or to black is no cut of its own', () => {
	const clips = [clip(0, 40, file('a'))];
	expect(frames(timeline([track(clips, [blend(5, 5, 5), blend(35, 5, 5)])], 40))).toEqual([]);
});

test('titles and adjustments hide nothing, and colour does', () => {
	const below = track([clip(0, 60, file('a'))]);
	const over = (seeThrough: boolean) =>
		timeline([below, track([clip(20, 10, { kind: 'generator', name: 'Title', seeThrough })])], 60);
	expect(frames(over(true))).toEqual([]);
	expect(frames(over(false))).toEqual([20, 30]);
});

test('a title over nothing is seen', () => {
	const title = clip(20, 10, { kind: 'generator', name: 'Title', seeThrough: true });
	expect(frames(timeline([track([title])], 60))).toEqual([20, 30]);
});

test('disabled tracks and clips reveal what is below', () => {
	const below = track([clip(0, 60, file('a'))]);
	expect(frames(timeline([below, track([clip(20, 10, file('b'))], [], false)], 60))).toEqual([]);
	expect(frames(timeline([below, track([clip(20, 10, file('b'), 0, { enabled: false })])], 60))).toEqual([]);
});

test('a razor cut through a running clip is no boundary, and half a frame of rounding makes none', () => {
	const other = { numerator: 24, denominator: 1 };
	const first = clip(0, 30, file('a'));
	const second = { ...clip(30, 30, file('a')), sourceRange: { start: 24, duration: 24, rate: other } };
	expect(frames(timeline([track([first, second])], 60))).toEqual([]);
});

test('the pictures count from the medium’s first frame where its timecode is known', () => {
	const source: Source = { kind: 'media', url: 'a', name: 'a', available: at(107_892, 1000) };
	const [piece] = visiblePieces(timeline([track([clip(0, 10, source, 107_892 + 30)])], 10));
	expect(piece!.sourceStart).toBeCloseTo((30 * 1001) / 30_000, 9);
});

test('nested sequences that multiply without end are refused, and the error names the sequence', () => {
	let inner = timeline([track(Array.from({ length: 60 }, (_, i) => clip(i, 1, file(`${i % 2}`))))], 60);
	for (let level = 0; level < 4; level++) {
		const copies = Array.from({ length: 60 }, (_, i) =>
			clip(i * inner.duration, inner.duration, { kind: 'nested', timeline: inner }),
		);
		inner = { ...timeline([track(copies)], 60 * inner.duration), name: `level ${level}` };
	}
	expect(() => visiblePieces(inner)).toThrow(
		expect.objectContaining({ code: 'timeline-unreadable', message: expect.stringContaining('"level ') }),
	);
});
