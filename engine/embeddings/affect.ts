import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { type Matrix32, row, zeros32 } from '../numeric/matrix.js';
import { type Moments, moments, standardised } from '../numeric/statistics.js';
import type { Span } from '../time/time.js';
import type { Embedding, StoredRows } from './embedding.js';
import { MUSIC_DESCRIPTORS, type MusicDescriptor, musicDescriptors } from './music-descriptors.js';
import { PICTURE_DESCRIPTORS, type PictureDescriptor, pictureDescriptors } from './picture-descriptors.js';

/**
 * Coordinates of arousal, valence and tension (Russell 1980; Schimmack and Grob 2000 for tension as a third axis),
 * computed on both sides from published relations. It needs no training, and it is the baseline that a trained network
 * has to beat.
 *
 * A segment has six coordinates: its three levels within the catalogue (or, for a picture, within the reference
 * pictures), and the same three against the rest of its own track or cut. The latter weigh more: stills and averages
 * say little about the music a person chose, change over time says more (see docs/decisions.md).
 */
export const affect: Embedding = {
	id: 'affect-1',
	storedDimensions: MUSIC_DESCRIPTORS.length,
	describeTrack: async (track, sections) => describeSections(track, sections),
	embedCut: async (cut, segments) => embedPictures(cut, segments),
	place: (stored, catalogue = stored) => placeSections(stored, catalogue),
};

/** The column of arousal, as a level within the catalogue, in placed vectors. */
export const AROUSAL = 0;

/** How descriptors add up to one coordinate: weights over standardised descriptors. */
type Relation<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** The same by column. */
type Weights = readonly { readonly column: number; readonly weight: number }[];

const byColumn = <Name extends string>(
	relations: readonly Relation<Name>[],
	names: readonly Name[],
): readonly Weights[] =>
	relations.map(relation =>
		names.flatMap((name, column) => {
			const weight = relation[name];
			return weight === undefined ? [] : [{ column, weight }];
		}),
	);

/**
 * Music. Signs and order of size follow the cues that listeners use: loud, fast, bright and dense music is aroused; major
 * mode and speed are positive; loudness with minor mode and roughness is tense (Gabrielsson and Lindström 2010, table of
 * structural factors; Eerola, Friberg and Bresin 2013 for their near-linear addition). The sums are ours.
 */
const MUSIC = byColumn<MusicDescriptor>(
	[
		{ level: 0.35, onsets: 0.3, tempo: 0.1, brightness: 0.15, energeticTags: 0.3 },
		{ mode: 0.35, tempo: 0.15, positiveTags: 0.5 },
		{ level: 0.2, brightness: 0.15, mode: -0.25, levelChange: 0.25, harshTags: 0.4 },
	],
	MUSIC_DESCRIPTORS,
);

/**
 * Picture. Motion and cut density drive arousal (Hanjalic and Xu 2005); brightness and saturation drive pleasure
 * (Valdez and Mehrabian 1994: 0.69 brightness + 0.22 saturation; arousal -0.31 brightness + 0.60 saturation); darkness,
 * contrast and quick cutting are the means of suspense (Zettl 2013, on low-key lighting). The sums are ours.
 */
const PICTURE = byColumn<PictureDescriptor>(
	[
		{ motion: 0.5, cutting: 0.45, saturation: 0.15, brightness: -0.08 },
		{ brightness: 0.69, saturation: 0.22 },
		{ cutting: 0.3, contrast: 0.3, brightness: -0.4, motion: 0.15 },
	],
	PICTURE_DESCRIPTORS,
);

const LEVEL_WEIGHT = 0.4;
const CHANGE_WEIGHT = 1;

const describeSections = (track: TrackAnalysis, sections: readonly Span[]): Matrix32 => {
	const described = zeros32(sections.length, MUSIC_DESCRIPTORS.length);
	sections.forEach((section, r) => {
		described.data.set(Object.values(musicDescriptors(track, section)), r * described.cols);
	});
	return described;
};

const placeSections = (stored: StoredRows, among: StoredRows): Matrix32 => {
	const catalogue = columnMoments(among.vectors);
	const tracks = zeros32(stored.vectors.rows, 2 * MUSIC.length);
	for (let t = 0; t + 1 < stored.offsets.length; t++) {
		const from = stored.offsets[t]!;
		const sections = stored.spans.slice(from, stored.offsets[t + 1]!);
		const levels = sections.map((_, s) => coordinates(MUSIC, row(stored.vectors, from + s), catalogue));
		placeCoordinates(levels, sections, tracks, from);
	}
	return tracks;
};

const embedPictures = (cut: CutAnalysis, segments: readonly Span[]): Matrix32 => {
	const described = zeros32(segments.length, PICTURE_DESCRIPTORS.length);
	segments.forEach((segment, r) => {
		described.data.set(Object.values(pictureDescriptors(cut, segment)), r * described.cols);
	});
	return placePictures(described, segments);
};

/** Segments of one cut in the space of {@link affect}. @param described - segments × {@link PICTURE_DESCRIPTORS} */
export const placePictures = (described: Matrix32, segments: readonly Span[]): Matrix32 => {
	const pictures = zeros32(segments.length, 2 * PICTURE.length);
	const scales = PICTURE_DESCRIPTORS.map(name => REFERENCE_PICTURES[name]);
	const levels = segments.map((_, r) => coordinates(PICTURE, row(described, r), scales));
	placeCoordinates(levels, segments, pictures, 0);
	return pictures;
};

/** @param scales - of each column */
const coordinates = (relations: readonly Weights[], described: Float32Array, scales: readonly Moments[]): number[] =>
	relations.map(weights => {
		let sum = 0;
		for (const { column, weight } of weights) sum += weight * standardised(described[column]!, scales[column]!);
		return sum;
	});

/** Writes levels and changes of one sequence, weighted, into consecutive rows of `target`. */
const placeCoordinates = (
	levels: readonly (readonly number[])[],
	spans: readonly Span[],
	target: Matrix32,
	firstRow: number,
): void => {
	const axes = target.cols / 2;
	const total = spans.reduce((sum, { start, end }) => sum + (end - start), 0);
	for (let axis = 0; axis < axes; axis++) {
		const mean = levels.reduce((sum, level, s) => sum + level[axis]! * (spans[s]!.end - spans[s]!.start), 0) / total;
		levels.forEach((level, s) => {
			const target_ = row(target, firstRow + s);
			target_[axis] = LEVEL_WEIGHT * squashed(level[axis]!);
			target_[axes + axis] = CHANGE_WEIGHT * squashed(level[axis]! - mean);
		});
	}
};

/** One wild descriptor shall not decide alone: values far out are drawn in, to ±2 at the most. */
const squashed = (value: number): number => 2 * Math.tanh(value / 2);

const known = new WeakMap<Matrix32, readonly Moments[]>();

/** A catalogue's vectors are never written to again, so these hold for as long as they do. */
const columnMoments = (vectors: Matrix32): readonly Moments[] => {
	const columns = known.get(vectors) ?? MUSIC_DESCRIPTORS.map((_, c) => moments(column(vectors, c)));
	known.set(vectors, columns);
	return columns;
};

const column = (matrix: Matrix32, c: number): Float64Array =>
	Float64Array.from({ length: matrix.rows }, (_, r) => matrix.data[r * matrix.cols + c]!);

/**
 * Mean and deviation of the picture descriptors over the 80 shots of the bundled demo cuts and of the Sintel trailer
 * (Blender Foundation, CC BY 3.0): what counts as much or little where there is but one cut to look at.
 */
const REFERENCE_PICTURES: Readonly<Record<PictureDescriptor, Moments>> = {
	motion: { mean: 1.22, deviation: 0.74 },
	cutting: { mean: 1.63, deviation: 0.44 },
	brightness: { mean: 0.49, deviation: 0.21 },
	saturation: { mean: 0.21, deviation: 0.13 },
	contrast: { mean: 0.154, deviation: 0.056 },
};
