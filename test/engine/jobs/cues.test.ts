import { describe, expect, test } from 'vitest';
import { trackOutline } from '../../../engine/crops/outline.js';
import { affect } from '../../../engine/embeddings/affect.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import type { TrackRecord } from '../../../engine/jobs/catalog.js';
import { findCues } from '../../../engine/jobs/cues.js';
import { createPlacing, type PlacedCatalogue } from '../../../engine/jobs/placed-catalogue.js';
import { type SuggestSources, suggest } from '../../../engine/jobs/suggest.js';
import { stacked } from '../../../engine/numeric/matrix.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';
import { plainProduct, plainQuantised } from '../ranking/catalogues.js';

const TRACKS = 7;
const songs = Array.from({ length: TRACKS }, (_, k): TrackAnalysis => {
	const length = 50 + 5 * k;
	const beats = Array.from({ length: 2 * length }, (_, beat) => beat / 2);
	const bounds = [0, 11 + k, 30, length];
	return {
		...syntheticTrack(length, beats, time => -22 + k + 8 * Math.sin(time / (4 + k))),
		sections: bounds.slice(1).map((end, s) => ({
			start: bounds[s]!,
			end,
			label: 'A',
			labelConfidence: 1,
			energy: 'mid',
			energyConfidence: 1,
		})),
	};
});
const records = songs.map(
	({ duration }, k): TrackRecord => ({
		id: `song-${k}`,
		path: `/music/${k}.wav`,
		folder: '/music',
		stamp: { size: 1, modified: 1 },
		contentHash: String(k),
		analysisVersion: 1,
		duration,
		tempo: 120,
		tempoConfidence: 1,
		loudness: -14,
		labels: [],
		// Every other song is sung, so that speech in a range leaves it out.
		vocals: k % 2,
		tags: { title: `song ${k}`, artist: null, album: null, licence: null, hasCover: false },
	}),
);

const songOf = (id: string): TrackAnalysis => songs[Number(id.slice('song-'.length))]!;

/** The catalogue of the songs, and how many questions its ranker was asked. */
const sourcesOf = async (): Promise<{ sources: SuggestSources; questions: () => number }> => {
	const spans = songs.map(({ sections }) => sections.map(({ start, end }) => ({ start, end })));
	const vectors = [];
	for (const [k, song] of songs.entries()) vectors.push(await affect.describeTrack(song, spans[k]!));
	const stored = {
		space: affect.id,
		ids: records.map(({ id }) => id),
		offsets: Uint32Array.from([0, ...spans.keys()].map((_, k) => spans.slice(0, k).flat().length)),
		spans: spans.flat(),
		vectors: stacked(vectors),
	};
	const tools = { kernel: openRankingKernel(), similarity: plainProduct, quantised: plainQuantised };
	const placed: PlacedCatalogue = await createPlacing(affect, async () => tools)(stored);
	let asked = 0;
	const rank: PlacedCatalogue['ranker']['rank'] = (...question) => {
		asked++;
		return placed.ranker.rank(...question);
	};
	const sources: SuggestSources = {
		embedding: affect,
		catalogue: { ...placed, ranker: { ...placed.ranker, rank } },
		energies: new Map(),
		records: async () => records,
		analysis: async id => songOf(id),
		outline: async id => trackOutline(songOf(id)),
	};
	return { sources, questions: () => asked };
};

const cut = {
	...syntheticCut(120, [6, 14, 25, 33, 47, 60, 71, 88, 101], time => 0.02 + 0.015 * Math.sin(time / 9)),
	speech: [{ start: 42, end: 70, confidence: 1 }],
};
const regions = [
	{ start: 0, end: 40 },
	{ start: 40, end: 75 },
	{ start: 75, end: 100 },
	{ start: 100, end: 120 },
];
const asked = { regions, shortest: 20, longest: 150, vocals: 'auto', flowing: false } as const;

describe('cues', () => {
	test('are what asking for one region after the other gives, without the songs used before', async () => {
		const { sources } = await sourcesOf();
		const used = new Set<string>();
		const expected = [];
		for (const range of regions) {
			const options = { cut: 'a', range, top: 1, vocals: 'auto' } as const;
			const { picks } = await suggest(
				cut,
				options,
				sources,
				() => {},
				undefined,
				id => !used.has(id),
			);
			used.add(picks[0]!.id);
			expected.push({ region: range, why: ['start'], pick: picks[0] });
		}
		expect(used.size).toBe(regions.length);
		expect(await findCues(cut, asked, sources, () => {})).toEqual(expected);
	});

	test('compare all regions with the catalogue at once, those with speech apart', async () => {
		const { sources, questions } = await sourcesOf();
		await findCues(cut, asked, sources, () => {});
		expect(questions()).toBe(2);
	});

	test('of twice as many regions look at twice as much at most, never at its square', async () => {
		const lookedAt = async (count: number) => {
			const { sources } = await sourcesOf();
			const looked = { outlines: 0, analyses: 0, seconds: 0 };
			const counting: SuggestSources = {
				...sources,
				embedding: {
					...affect,
					describeTrack: (track, spans) => {
						for (const { start, end } of spans) looked.seconds += end - start;
						return affect.describeTrack(track, spans);
					},
				},
				analysis: id => {
					looked.analyses++;
					return sources.analysis(id);
				},
				outline: (id, track) => {
					looked.outlines++;
					return sources.outline(id, track);
				},
			};
			const equal = Array.from({ length: count }, (_, k) => ({ start: 20 * k, end: 20 * k + 20 }));
			await findCues(cut, { ...asked, regions: equal, vocals: 'any' }, counting, () => {});
			return looked;
		};
		const [few, many] = [await lookedAt(3), await lookedAt(6)];
		expect(few.outlines).toBeGreaterThan(0);
		expect(many.outlines).toBeLessThanOrEqual(2 * few.outlines);
		expect(many.analyses).toBeLessThanOrEqual(2 * few.analyses);
		expect(many.seconds).toBeLessThanOrEqual(2 * few.seconds);
		expect(many.outlines).toBeGreaterThan(few.outlines);
	});

	test('have no song left where there are more regions than songs', async () => {
		const { sources } = await sourcesOf();
		const many = Array.from({ length: TRACKS + 2 }, (_, k) => ({ start: 10 * k, end: 10 * k + 10 }));
		const cues = await findCues(cut, { ...asked, regions: many, vocals: 'any' }, sources, () => {});
		expect(cues.map(({ pick }) => pick === null)).toEqual(many.map((_, k) => k >= TRACKS));
	});
});
