import { parseArgs } from 'node:util';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { compare, type SegmentSequence } from '../engine/alignment/comparison.js';
import { distanceNamed } from '../engine/alignment/distances.js';
import { cutSide } from '../engine/crops/judge.js';
import { trackOutline } from '../engine/crops/outline.js';
import { songTimeAt } from '../engine/crops/plan.js';
import { affect } from '../engine/embeddings/affect.js';
import type { TrackAnalysis } from '../engine/features/track-analysis.js';
import { openCatalog } from '../engine/io/catalog-access.js';
import { heardContent, sectionContent } from '../engine/jobs/candidate.js';
import type { SectionVectors } from '../engine/jobs/catalog.js';
import { zeros32 } from '../engine/numeric/matrix.js';
import { moments } from '../engine/numeric/statistics.js';
import { sectionsOf, type TrackSections } from '../engine/ranking/track-sections.js';
import type { Contender, Pick as Suggested } from '../engine/suggestions/pick.js';
import { pickOf } from '../engine/suggestions/plan-choice.js';
import { segmentsInRange } from '../engine/suggestions/segments-in-range.js';
import { suggestCrops } from '../engine/suggestions/suggest-crops.js';
import type { Seconds } from '../engine/time/time.js';
import { joinFigures } from './crop-joins.js';
import { renderFigures } from './crop-renders.js';
import { searchTimes } from './crop-times.js';
import { type Bench, type Figure, figure } from './figures.js';
import { gaussian, type Pace, PLANTED_KINDS, type PlantedCase, plantedCase, songTime } from './planted-cases.js';

/** A catalogue as the bench uses it. */
export type BenchMusic = {
	readonly stored: SectionVectors;
	/** Where cuts can be compared with it. */
	readonly sections: TrackSections;
	/** In the order of the ids. */
	readonly analyses: readonly TrackAnalysis[];
	readonly paths: readonly string[];
};

const SEED = 20_261_126;

/**
 * `npm run bench -- crops [--catalog HOME] [--cases N] [--only planted,planted-slow,joins,renders,times]`: crops of cuts whose music is
 * known, against the crop points of the paper's Best Trace and SW-DTW; how joins of re-cuts compare with random ones;
 * whether rendered lengths are exact; and how long a search takes.
 */
export const crops: Bench = {
	name: 'crops',
	run: async ({ arguments: args, say }) => {
		const { values } = parseArgs({
			args: [...args],
			options: { catalog: { type: 'string' }, cases: { type: 'string' }, only: { type: 'string' } },
		});
		const home = values.catalog ?? process.env.SEGUE_HOME;
		if (!home) throw new Error('Say which catalogue to search: --catalog HOME, or SEGUE_HOME.');
		const music = await musicOf(home);
		const wanted = values.only?.split(',') ?? ['planted', 'joins', 'renders', 'times'];
		const figures: Figure[] = [figure('tracks', 'count', [music.analyses.length])];
		const cases = Number(values.cases ?? 225);
		if (wanted.includes('planted')) figures.push(...(await plantedFigures(music, cases, 'quick', say)));
		if (wanted.includes('planted-slow')) figures.push(...(await plantedFigures(music, cases, 'slow', say)));
		if (wanted.includes('joins')) figures.push(...(await joinFigures(music, SEED, say)));
		if (wanted.includes('renders')) figures.push(...(await renderFigures(music, SEED, say)));
		if (wanted.includes('times')) figures.push(...(await searchTimes(music, say)));
		return figures;
	},
};

const musicOf = async (home: string): Promise<BenchMusic> => {
	const { catalog } = openCatalog(home, 'read');
	const stored = await catalog.sectionVectors(affect.id);
	const records = await catalog.records(stored.ids);
	const analyses: TrackAnalysis[] = [];
	for (const id of stored.ids) analyses.push(await catalog.analysis(id));
	return {
		stored,
		sections: { ...stored, vectors: affect.place(stored) },
		analyses,
		paths: records.map(record => record?.path ?? ''),
	};
};

type Outcome = {
	readonly kind: PlantedCase['kind'];
	readonly beat: Seconds;
	readonly bar: Seconds;
	/** Seconds off the truth: ours, and the paper's crop points. */
	readonly ours: Seconds;
	readonly bestTrace: Seconds;
	readonly swDtw: Seconds;
	/** Of other places in the same song that we would offer as well, the nearest's. */
	readonly oursOfFive: Seconds;
	/** Place of the song among all, as a share of those that it beats. */
	readonly percentile: number;
	readonly isFirst: boolean;
	/** Share of the cut's time that plays what it was made to, to a beat: straight and re-cut. */
	readonly onTruth: number;
	readonly recutOnTruth: number;
	/** By how much the re-cut's sum of terms is above the straight crop's. */
	readonly recutGain: number;
	/** Whether the search passed the true place over though it scores higher than what was offered, more than a beat away. */
	readonly isMissed: boolean;
	/** Chance of a random start to be within a beat, and within a bar. */
	readonly byChance: { readonly beat: number; readonly bar: number };
};

const plantedFigures = async (
	music: BenchMusic,
	cases: number,
	pace: Pace,
	say: (text: string) => void,
): Promise<Figure[]> => {
	const planted = pace === 'quick' ? 'planted' : 'planted-slow';
	const random = xoroshiro128plus(SEED);
	const outcomes: Outcome[] = [];
	for (let attempt = 0; outcomes.length < cases && attempt < 20 * cases; attempt++) {
		const track = uniformInt(random, 0, music.analyses.length - 1);
		const kind = PLANTED_KINDS[outcomes.length % PLANTED_KINDS.length]!;
		const made = plantedCase(music.analyses[track]!, kind, random, pace);
		if (!made) continue;
		outcomes.push(await outcomeOf(music, track, made, random));
		if (outcomes.length % 25 === 0) say(`${outcomes.length} of ${cases} planted cuts …`);
	}
	if (outcomes.length < cases) throw new Error('The catalogue has too few tracks with a steady beat.');
	const shareWithin = (of: readonly Outcome[], off: (outcome: Outcome) => number, limit: (o: Outcome) => number) =>
		of.map(outcome => Number(off(outcome) <= limit(outcome)));
	const sets = (name: string, of: readonly Outcome[]): Figure[] => [
		mean(
			`${planted}-within-beat${name}`,
			'share',
			shareWithin(
				of,
				o => o.ours,
				o => o.beat,
			),
		),
		mean(
			`${planted}-within-bar${name}`,
			'share',
			shareWithin(
				of,
				o => o.ours,
				o => o.bar,
			),
		),
		mean(
			`${planted}-within-bar-of-five${name}`,
			'share',
			shareWithin(
				of,
				o => o.oursOfFive,
				o => o.bar,
			),
		),
		mean(
			`best-trace-within-beat${name}`,
			'share',
			shareWithin(
				of,
				o => o.bestTrace,
				o => o.beat,
			),
		),
		mean(
			`best-trace-within-bar${name}`,
			'share',
			shareWithin(
				of,
				o => o.bestTrace,
				o => o.bar,
			),
		),
		mean(
			`sw-dtw-within-beat${name}`,
			'share',
			shareWithin(
				of,
				o => o.swDtw,
				o => o.beat,
			),
		),
		mean(
			`sw-dtw-within-bar${name}`,
			'share',
			shareWithin(
				of,
				o => o.swDtw,
				o => o.bar,
			),
		),
		mean(
			`chance-within-beat${name}`,
			'share',
			of.map(o => o.byChance.beat),
		),
		mean(
			`chance-within-bar${name}`,
			'share',
			of.map(o => o.byChance.bar),
		),
		mean(
			`${planted}-song-percentile${name}`,
			'share',
			of.map(o => o.percentile),
		),
		mean(
			`${planted}-song-first${name}`,
			'share',
			of.map(o => Number(o.isFirst)),
		),
		mean(
			`straight-on-truth${name}`,
			'share',
			of.map(o => o.onTruth),
		),
		mean(
			`recut-on-truth${name}`,
			'share',
			of.map(o => o.recutOnTruth),
		),
	];
	const brief = (name: string) =>
		/^(planted(-slow)?-within-(beat|bar)|(best-trace|sw-dtw|chance)-within-bar),/.test(name);
	return [
		...sets('', outcomes),
		...PLANTED_KINDS.flatMap(kind =>
			sets(
				`, ${kind}`,
				outcomes.filter(outcome => outcome.kind === kind),
			).filter(({ name }) => brief(name)),
		),
		mean(
			`${planted}-missed-by-search`,
			'share',
			outcomes.map(o => Number(o.isMissed)),
		),
		figure(
			'recut-gain',
			'deviations',
			outcomes.map(o => o.recutGain),
		),
	];
};

const outcomeOf = async (
	music: BenchMusic,
	track: number,
	planted: PlantedCase,
	random: ReturnType<typeof xoroshiro128plus>,
): Promise<Outcome> => {
	const { cut, song, truth } = planted;
	const query = await simulatedQuery(music, music.analyses[track]!, planted, random);
	const rivals = rivalsOf(track, music.analyses.length, random);
	const own = contenderOf(music, track, song, query);
	const contenders = [own, ...rivals.map(t => contenderOf(music, t, music.analyses[t]!, query))];
	const range = { start: 0, end: cut.duration };
	const options = { top: contenders.length, distance: 'timed-best-trace' as const };
	const picks = await suggestCrops(cut, range, contenders, options);
	const ranked = [...picks].sort((a, b) => b.score - a.score);
	const place = ranked.findIndex(({ id }) => id === String(track));
	const pick = ranked[place]!;
	const comparison = compare(query, sectionsOf(music.sections, track));
	const offsetOf = (name: 'best-trace' | 'sw-dtw') =>
		distanceNamed(name).align?.(comparison)?.offset ?? Number.POSITIVE_INFINITY;
	const recut = await pickOf(
		cut,
		cutSide(cut, range),
		await own.open(),
		{ ...pick.choice, form: 'recut' },
		pick.basis,
		[],
	);
	const atTruth = await pickOf(
		cut,
		cutSide(cut, range),
		await own.open(),
		{ ...pick.choice, start: truth },
		pick.basis,
		[],
	);
	const offered = [pick.choice.start, ...pick.alternatives.map(({ start }) => start)];
	const room = Math.max(planted.bar, song.duration - cut.duration);
	return {
		kind: planted.kind,
		beat: planted.beat,
		bar: planted.bar,
		ours: Math.abs(pick.choice.start - truth),
		oursOfFive: Math.min(...offered.map(start => Math.abs(start - truth))),
		bestTrace: Math.abs(offsetOf('best-trace') - truth),
		swDtw: Math.abs(offsetOf('sw-dtw') - truth),
		percentile: picks.length > 1 ? 1 - place / (picks.length - 1) : 1,
		isFirst: place === 0,
		onTruth: timeOnTruth(pick, planted),
		recutOnTruth: timeOnTruth(recut, planted),
		recutGain: recut.score - pick.score,
		isMissed: Math.abs(pick.choice.start - truth) > planted.beat && atTruth.score > pick.score,
		byChance: {
			beat: Math.min(1, (2 * planted.beat) / room),
			bar: Math.min(1, (2 * planted.bar) / room),
		},
	};
};

/** The song is ranked among so many others, drawn anew for each case. */
const RIVALS = 40;

const rivalsOf = (track: number, tracks: number, random: ReturnType<typeof xoroshiro128plus>): number[] => {
	const others = Array.from({ length: tracks }, (_, t) => t).filter(t => t !== track);
	const drawn: number[] = [];
	while (drawn.length < RIVALS && others.length > 0) {
		drawn.push(...others.splice(uniformInt(random, 0, others.length - 1), 1));
	}
	return drawn;
};

/** Share of the cut during which what was planted there is heard, to a beat. */
const timeOnTruth = ({ plan }: Suggested, planted: PlantedCase): number => {
	const steps = Math.floor(planted.cut.duration * 4);
	let met = 0;
	for (let k = 0; k < steps; k++) {
		const heard = songTimeAt(plan.pieces, k / 4);
		if (heard !== null && Math.abs(heard - songTime(planted.passages, k / 4)) <= planted.beat) met++;
	}
	return met / steps;
};

/**
 * What a picture of this music is embedded as, simulated: the embedding of the music itself under each segment, with noise
 * as large as the spread of the catalogue.
 */
const simulatedQuery = async (
	music: BenchMusic,
	song: TrackAnalysis,
	{ cut, passages }: PlantedCase,
	random: ReturnType<typeof xoroshiro128plus>,
): Promise<SegmentSequence> => {
	const segments = segmentsInRange(cut, { start: 0, end: cut.duration });
	const spans = segments.map(({ start, end }) => {
		const from = songTime(passages, start);
		return { start: from, end: Math.min(song.duration, from + end - start) };
	});
	const described = await affect.describeTrack(song, spans);
	const placed = affect.place(
		{ offsets: Uint32Array.from([0, spans.length]), spans, vectors: described },
		music.stored,
	);
	const { cols, data } = music.sections.vectors;
	const spread = Array.from(
		{ length: cols },
		(_, c) => moments(Array.from({ length: data.length / cols }, (_, r) => data[r * cols + c]!)).deviation,
	);
	const noisy = zeros32(placed.rows, cols);
	noisy.data.set(placed.data.map((value, k) => value + spread[k % cols]! * gaussian(random)));
	return { spans: segments, vectors: noisy };
};

/** A track of the catalogue as a search sees it, with an analysis of its own. */
export const contenderOf = (
	music: BenchMusic,
	track: number,
	analysis: TrackAnalysis,
	query: SegmentSequence,
	id = String(track),
): Contender => {
	const { contentCost, contentCosts } = sectionContent(query, sectionsOf(music.sections, track));
	const known = { id, wish: 0, distance: contentCost(0) };
	return {
		...known,
		contentCosts,
		outline: trackOutline(analysis),
		open: async () => {
			const content = heardContent({ embedding: affect, stored: music.stored, query }, analysis);
			return { ...known, ...content, contentCost, analysis, album: null, vocals: 0 };
		},
	};
};

/** A mean with the bounds of its 95 % interval, by bootstrap of the cases. */
export const mean = (name: string, unit: string, values: readonly number[]): Figure => {
	const average = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
	const random = xoroshiro128plus(SEED);
	const means = Array.from({ length: 1000 }, () =>
		average(values.map(() => values[Math.floor(uniformFloat64(random) * values.length)]!)),
	).sort((a, b) => a - b);
	return { name, unit, median: average(values), min: means[25]!, max: means[974]!, runs: values.length };
};
