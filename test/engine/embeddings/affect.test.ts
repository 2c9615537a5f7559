import { describe, expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { bestTrace } from '../../../engine/alignment/trace.js';
import { affect } from '../../../engine/embeddings/affect.js';
import type { StoredRows } from '../../../engine/embeddings/embedding.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { rowRange } from '../../../engine/numeric/matrix.js';
import type { Span } from '../../../engine/time/time.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

const spans: Span[] = [0, 10, 20, 30].map(start => ({ start, end: start + 10 }));

/** A track whose four sections get louder, busier and brighter by the given steps. */
const trackOf = (steps: readonly number[]): TrackAnalysis => {
	const track = syntheticTrack(40, [], time => -40 + 8 * steps[Math.min(3, Math.floor(time / 10))]!);
	const at = (hop: number) => steps[Math.min(3, Math.floor(hop / (track.curves.level.length / 4)))]!;
	return {
		...track,
		curves: {
			...track.curves,
			onsetStrength: track.curves.level.map((_, hop) => 1 + at(hop)),
			centroid: track.curves.level.map((_, hop) => 800 * (1 + at(hop))),
		},
	};
};

const storedRows = async (tracks: readonly TrackAnalysis[]): Promise<StoredRows> => {
	const parts = await Promise.all(tracks.map(track => affect.describeTrack(track, spans)));
	const cols = affect.storedDimensions;
	const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
	parts.forEach((part, t) => {
		data.set(part.data, t * spans.length * cols);
	});
	return {
		offsets: Uint32Array.from({ length: tracks.length + 1 }, (_, t) => t * spans.length),
		spans: tracks.flatMap(() => spans),
		vectors: { rows: tracks.length * spans.length, cols, data },
	};
};

describe('affect', () => {
	const rising = trackOf([0, 1, 2, 3]);
	const falling = trackOf([3, 2, 1, 0]);
	const level = trackOf([1.5, 1.5, 1.5, 1.5]);

	test('puts a cut that grows wilder nearest to the music that does so too', async () => {
		const stored = await storedRows([falling, level, rising]);
		// Cuts crowd towards the end, and motion grows with them.
		const cut = syntheticCut(40, [10, 20, 24, 27, 30, 31.5, 33, 34, 35, 36, 37, 38], time => 0.005 + 0.0015 * time);
		const query = await affect.embedCut(cut, spans);
		const tracks = affect.place(stored);
		const costs = [0, 1, 2].map(
			t =>
				bestTrace(compare({ spans, vectors: query }, { spans, vectors: rowRange(tracks, t * 4, t * 4 + 4) }).distance)
					.value,
		);
		expect(costs.indexOf(Math.min(...costs))).toBe(2);
		expect(costs.indexOf(Math.max(...costs))).toBe(0);
	});

	test('tells louder, busier, brighter sections apart by arousal, in order', async () => {
		const tracks = affect.place(await storedRows([rising, level]));
		const arousal = [0, 1, 2, 3].map(r => tracks.data[r * tracks.cols]!);
		expect([...arousal].sort((a, b) => a - b)).toEqual(arousal);
		expect(arousal[3]! - arousal[0]!).toBeGreaterThan(0.2);
	});

	test('knows no change in a track that stays as it is', async () => {
		const tracks = affect.place(await storedRows([rising, level]));
		for (let r = 4; r < 8; r++) {
			for (let axis = 3; axis < 6; axis++) expect(Math.abs(tracks.data[r * tracks.cols + axis]!)).toBeLessThan(1e-6);
		}
	});

	test('stays finite for a catalogue of one silent track', async () => {
		const silent = syntheticTrack(40, [], () => -80, []);
		const cut = await affect.embedCut(syntheticCut(40, [20]), spans);
		const tracks = affect.place(await storedRows([silent]));
		expect([...cut.data, ...tracks.data].every(Number.isFinite)).toBe(true);
	});
});
