import { availableParallelism } from 'node:os';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { trackOutline } from '../engine/crops/outline.js';
import { affect } from '../engine/embeddings/affect.js';
import type { CutAnalysis } from '../engine/features/cut-analysis.js';
import { openInference } from '../engine/io/inference/networks.js';
import { openQuantisedProduct } from '../engine/io/quantised-product.js';
import { openRankingKernel } from '../engine/io/ranking-kernel.js';
import type { SectionVectors, TrackRecord } from '../engine/jobs/catalog.js';
import { createPlacing } from '../engine/jobs/placed-catalogue.js';
import { refineCrop } from '../engine/jobs/refine-crop.js';
import { embeddedRange, type SuggestSources, suggest } from '../engine/jobs/suggest.js';
import { zeros32 } from '../engine/numeric/matrix.js';
import type { Change } from '../engine/suggestions/refine.js';
import { suggestCrops } from '../engine/suggestions/suggest-crops.js';
import { type BenchMusic, contenderOf } from './crops.js';
import { type Figure, figure, timed } from './figures.js';
import { plantedCase } from './planted-cases.js';

const RUNS = 7;
const LARGE = 10_000;

/**
 * How long the search of 50 tracks takes, and suggesting from 10,000 (which are the catalogue's own, over and over). Warm:
 * analyses are in memory. A full pass over the same tracks' curves, once, is the peer.
 */
export const searchTimes = async (music: BenchMusic, say: (text: string) => void): Promise<Figure[]> => {
	const random = xoroshiro128plus(5);
	const planted = music.analyses
		.map(analysis => plantedCase(analysis, 'plain', random))
		.filter(found => found !== null)
		.sort((a, b) => Math.abs(a.cut.duration - 60) - Math.abs(b.cut.duration - 60))[0];
	if (!planted) throw new Error('The catalogue has no track with a steady beat.');
	const { cut } = planted;
	const range = { start: 0, end: cut.duration };
	const query = await embeddedRange(affect, cut, range);
	say('searching 50 tracks …');
	const fifty = Array.from({ length: 50 }, (_, k) => {
		const track = k % music.analyses.length;
		return contenderOf(music, track, music.analyses[track]!, query, String(k));
	});
	const search = await timed(() => suggestCrops(cut, range, fifty, { top: 3, distance: 'timed-best-trace' }), RUNS, 2);
	say('suggesting from 10,000 tracks …');
	const large = await largeCatalogue(music);
	const suggesting = await timed(
		() => suggest(cut, { cut: 'planted', top: 3, vocals: 'any' }, large, () => {}),
		RUNS,
		2,
	);
	say('changing crops …');
	return [
		figure('search-50-tracks-ms', 'ms', search),
		figure('suggest-10k-warm-ms', 'ms', suggesting),
		...(await refineTimes(cut, large)),
		figure('query-seconds', 's', [cut.duration]),
	];
};

const CHANGES: readonly Change[] = [
	{ kind: 'beat', by: 1 },
	{ kind: 'bar', by: -2 },
	{ kind: 'section', by: 1 },
	{ kind: 'ending', ending: 'button' },
	{ kind: 'ending', ending: 'natural' },
	{ kind: 'form', form: 'recut' },
	{ kind: 'bar', by: 1 },
	{ kind: 'lock', cut: 10, song: 30 },
	{ kind: 'unlock' },
	{ kind: 'form', form: 'straight' },
];

/**
 * Every change in turn to the best eight crops, each judged as the page asks for it, the first of each song included. Those to
 * re-cut songs also apart: what a song's joins sound like is worked out by the first of them.
 */
const refineTimes = async (cut: CutAnalysis, sources: SuggestSources): Promise<Figure[]> => {
	const { picks } = await suggest(cut, { cut: 'planted', top: 8, vocals: 'any' }, sources, () => {});
	const all: number[] = [];
	const recut: number[] = [];
	for (const { id: track, basis, alternatives, ...pick } of picks) {
		let { choice } = pick;
		for (const change of CHANGES) {
			const asked = { cut: 'planted', track, choice, basis, change, alternatives: [...alternatives] };
			const start = performance.now();
			const refined = await refineCrop(cut, asked, sources);
			const time = performance.now() - start;
			choice = refined.pick.choice;
			all.push(time);
			if (choice.form === 'recut') recut.push(time);
		}
	}
	return [figure('refine-ms', 'ms', all), figure('refine-recut-ms', 'ms', recut)];
};

const largeCatalogue = async ({ stored, analyses }: BenchMusic): Promise<SuggestSources> => {
	const rows: number[] = [];
	const offsets = new Uint32Array(LARGE + 1);
	for (let t = 0; t < LARGE; t++) {
		const track = t % analyses.length;
		for (let r = stored.offsets[track]!; r < stored.offsets[track + 1]!; r++) rows.push(r);
		offsets[t + 1] = rows.length;
	}
	const vectors = zeros32(rows.length, stored.vectors.cols);
	rows.forEach((r, k) => {
		vectors.data.set(stored.vectors.data.subarray(r * vectors.cols, (r + 1) * vectors.cols), k * vectors.cols);
	});
	const many: SectionVectors = {
		...stored,
		ids: Array.from({ length: LARGE }, (_, t) => `track-${t}`),
		offsets,
		spans: rows.map(r => stored.spans[r]!),
		vectors,
	};
	const inference = openInference();
	const tools = async () => ({
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(availableParallelism()),
		similarity: inference.similarity,
	});
	const analysisOf = (id: string) => analyses[Number(id.slice(6)) % analyses.length]!;
	const records = many.ids.map((id, t) => recordOf(id, analyses[t % analyses.length]!.duration));
	return {
		embedding: affect,
		catalogue: await createPlacing(affect, tools)(many),
		energies: new Map<string, number>(),
		records: async () => records,
		analysis: async (id: string) => analysisOf(id),
		outline: async (id: string) => trackOutline(analysisOf(id)),
	};
};

const recordOf = (id: string, duration: number): TrackRecord => ({
	id,
	path: `/${id}`,
	folder: '/',
	stamp: { size: 1, modified: 1 },
	contentHash: id,
	analysisVersion: 1,
	duration,
	tempo: 0,
	tempoConfidence: 0,
	loudness: -14,
	labels: [],
	vocals: 0,
	tags: { title: id, artist: null, album: null, licence: null, hasCover: false },
});
