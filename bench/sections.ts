import { basename } from 'node:path';
import { harmonicMean, matchingSize } from '../engine/evaluation/matching.js';
import { createTrackFrontEnd, FRONT_END_RATE } from '../engine/features/audio/front-end.js';
import { spectralKernel } from '../engine/io/kernels.js';
import { ffmpegMedia } from '../engine/io/media/media.js';
import { scanFolder } from '../engine/io/music-files.js';
import { projectPath } from '../engine/io/project.js';
import { segmenterNamed } from '../engine/io/segmenters.js';
import { readSamples } from '../engine/io/track-signal.js';
import { type Random, seededRandom } from '../engine/numeric/random.js';
import { linkNearest } from '../engine/segments/recurrence.js';
import { type BeatFeatures, boundaryTimes } from '../engine/segments/segmenter.js';
import { structuralFeatures } from '../engine/segments/structural-features.js';
import type { Seconds } from '../engine/time/time.js';
import { type BenchOptions, type Figure, figure } from './figures.js';

/**
 * `npm run bench -- sections [FOLDER]`: which segmenter finds the joins of medleys, each of five passages of real tracks cut
 * at random points, brought to one level and joined hard. All that isn't a join counts against precision, though passages
 * have sections of their own.
 */
export const name = 'sections';

/** Three sets, so that the figures show their spread. */
const SETS = 3;
const MEDLEYS = 8;
const PASSAGES = 5;
const SHORTEST: Seconds = 15;
const LONGEST: Seconds = 40;
/** Tracks of a folder that are read at most. */
const MOST_TRACKS = 40;
/** Of a passage's samples. */
const LEVEL = 0.1;
const WINDOWS = [0.5, 3] as const;

type Found = { readonly joins: readonly Seconds[]; readonly boundaries: readonly Seconds[] };

export const run = async ({ arguments: given, say }: BenchOptions): Promise<Figure[]> => {
	const folder = given[0] ?? projectPath('demo', 'music');
	const scan = await scanFolder(folder);
	if (scan.state === 'offline') throw new RangeError(`there is no folder ${folder}`);
	const media = ffmpegMedia();
	const tracks: Float32Array[] = [];
	for (const { path } of scan.files.slice(0, MOST_TRACKS)) {
		say(`reading ${basename(path)}`);
		const samples = await readSamples(media, path, FRONT_END_RATE);
		if (samples.length > LONGEST * FRONT_END_RATE) tracks.push(samples.slice());
	}
	if (tracks.length < PASSAGES) throw new RangeError(`${folder} has ${tracks.length} tracks of ${LONGEST} s or more`);

	const found = new Map<string, Found[][]>();
	for (let set = 0; set < SETS; set++) {
		const random = seededRandom(1, set);
		for (let medley = 0; medley < MEDLEYS; medley++) {
			say(`set ${set + 1} of ${SETS}, medley ${medley + 1} of ${MEDLEYS}`);
			const { samples, joins } = medleyOf(tracks, random);
			const frontEnd = createTrackFrontEnd(spectralKernel());
			frontEnd.push(samples);
			const { beatFeatures } = frontEnd.finish();
			for (const [algorithm, boundaries] of Object.entries(sectionsOf(beatFeatures, random))) {
				const sets = found.get(algorithm) ?? Array.from({ length: SETS }, () => []);
				sets[set]!.push({ joins, boundaries });
				found.set(algorithm, sets);
			}
		}
	}
	return [...found].flatMap(([algorithm, sets]) =>
		WINDOWS.flatMap(window => {
			const scores = sets.map(set => pooledScore(set, window));
			const title = `${algorithm}-within-${window}-s`;
			return (['recall', 'precision', 'f'] as const).map(score =>
				figure(
					`${title}-${score}`,
					'share',
					scores.map(each => each[score]),
				),
			);
		}),
	);
};

/** Passages of different tracks, one after the other. */
const medleyOf = (tracks: readonly Float32Array[], random: Random): { samples: Float32Array; joins: Seconds[] } => {
	const left = [...tracks];
	const passages = Array.from({ length: PASSAGES }, () => {
		const [track] = left.splice(random.index(left.length), 1);
		const length = Math.round(random.between(SHORTEST, LONGEST) * FRONT_END_RATE);
		const start = random.index(track!.length - length + 1);
		return atOneLevel(track!.subarray(start, start + length));
	});
	const samples = new Float32Array(passages.reduce((sum, { length }) => sum + length, 0));
	const joins: Seconds[] = [];
	let filled = 0;
	for (const passage of passages) {
		if (filled > 0) joins.push(filled / FRONT_END_RATE);
		samples.set(passage, filled);
		filled += passage.length;
	}
	return { samples, joins };
};

/** Joins shall not be found by a step in level alone. */
const atOneLevel = (samples: Float32Array): Float32Array => {
	const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
	return samples.map(sample => (sample * LEVEL) / Math.max(level, 1e-6));
};

/** Boundaries by each algorithm; 'chance' puts as many as the default finds anywhere. */
const sectionsOf = (features: BeatFeatures, random: Random): Record<string, Seconds[]> => {
	const times = (segmenter: ReturnType<typeof segmenterNamed>) =>
		boundaryTimes(features, segmenter.segment(features).boundaries);
	const byDefault = times(segmenterNamed('default'));
	const duration = features.edges.at(-1)!;
	return {
		default: byDefault,
		olda: times(segmenterNamed('olda')),
		foote: times(segmenterNamed('foote')),
		sf: times(segmenterNamed('sf')),
		'sf-nearest': times(structuralFeatures(linkNearest)),
		chance: byDefault.map(() => random.between(0, duration)).sort((a, b) => a - b),
	};
};

/** Over all medleys of a set together. */
const pooledScore = (set: readonly Found[], window: Seconds) => {
	let [hits, joins, boundaries] = [0, 0, 0];
	for (const medley of set) {
		hits += matchingSize(medley.joins, medley.boundaries, window);
		joins += medley.joins.length;
		boundaries += medley.boundaries.length;
	}
	const recall = hits / joins;
	const precision = boundaries === 0 ? 0 : hits / boundaries;
	return { recall, precision, f: harmonicMean(precision, recall) };
};
