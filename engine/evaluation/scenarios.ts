import type { SegmentSequence } from '../alignment/comparison.js';
import { seededRandom } from '../numeric/random.js';
import type { Seconds, Span } from '../time/time.js';
import { cropped, stretched, withoutContent } from './perturbations.js';

/** A way of asking for the music of a picture, or for the picture of a piece of music. */
export type Scenario = {
	readonly title: string;
	/** Where segments begin and end. */
	readonly cutting: Cutting;
	/** Share of the query's segments that are kept, as one window; all unless given. */
	readonly keep?: number;
	/** Chance of each target segment to be repeated; none unless given. */
	readonly repeat?: number;
	/** Random embeddings instead of the clip's own. */
	readonly contentless?: true;
};

/**
 * 'independent': the picture is cut by its shots, the music by its sections, each found without the other.
 * 'shared': picture and music of a clip are cut at the same moments, those of one segmenter, as in the paper. The true pair
 * then has equally many segments, which alone tells much.
 * 'equal': every clip is cut into the same number of equal parts, so that numbers of segments tell nothing.
 * 'whole': each clip is one segment.
 */
export type Cutting = 'independent' | 'shared' | 'equal' | 'whole';

/** The headline first, then the paper's four, the sweeps, and the controls. */
export const SCENARIOS = {
	independent: { title: 'Independent segmentation', cutting: 'independent' },
	'independent-crop': { title: 'Independent segmentation, half of the query', cutting: 'independent', keep: 0.5 },
	vanilla: { title: 'Vanilla', cutting: 'shared' },
	crop: { title: 'Crop Query', cutting: 'shared', keep: 0.5 },
	stretch: { title: 'Stretch Targets', cutting: 'shared', repeat: 0.5 },
	'crop-stretch': { title: 'Crop + Stretch', cutting: 'shared', keep: 0.5, repeat: 0.5 },
	'crop-75': { title: 'Crop Query, 75 % kept', cutting: 'shared', keep: 0.75 },
	'crop-25': { title: 'Crop Query, 25 % kept', cutting: 'shared', keep: 0.25 },
	'stretch-125': { title: 'Stretch Targets, × 1.25', cutting: 'shared', repeat: 0.25 },
	'stretch-200': { title: 'Stretch Targets, × 2', cutting: 'shared', repeat: 1 },
	'equal-parts': { title: 'Count-blind control: equal parts', cutting: 'equal' },
	'count-only': { title: 'Counts alone: random embeddings', cutting: 'shared', contentless: true },
	clip: { title: 'Clip level: one segment each', cutting: 'whole' },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
export const scenarioNames = Object.keys(SCENARIOS) as readonly ScenarioName[];

/** One question for each clip, and what it is asked of: query k belongs to target k. */
export type Questions = { readonly queries: readonly SegmentSequence[]; readonly targets: readonly SegmentSequence[] };

/** The questions of a scenario from clips that are cut as it wants them. One seed gives one set of questions. */
export const posed = ({ queries, targets }: Questions, scenario: Scenario, seed: number): Questions => {
	const { keep = 1, repeat = 0, contentless = false } = scenario;
	// Every clip has its own stream, so that a larger pool changes nothing for the clips that were there before.
	const one = (sequence: SegmentSequence, side: number, clip: number, change: number): SegmentSequence => {
		const random = seededRandom(seed, side, clip);
		const content = contentless ? withoutContent(sequence, random) : sequence;
		if (side === QUERY) return change < 1 ? cropped(content, change, random) : content;
		return change > 0 ? stretched(content, change, random) : content;
	};
	return {
		queries: queries.map((query, clip) => one(query, QUERY, clip, keep)),
		targets: targets.map((target, clip) => one(target, TARGET, clip, repeat)),
	};
};

const QUERY = 1;
const TARGET = 2;

/** What is known of a clip's cutting. */
export type FoundBoundaries = {
	readonly duration: Seconds;
	readonly picture: { readonly boundaries: Readonly<Record<string, readonly Seconds[]>> };
	readonly music: { readonly boundaries: Readonly<Record<string, readonly Seconds[]>> };
};

/** Segmenters of pictures, best first: a timeline knows its own cuts. All others are of music. */
const PICTURE_SEGMENTERS: readonly string[] = ['timeline', 'transnet'];

/** Segmenters that found something in every one of the clips, those of music first. */
export const segmentersOf = (clips: readonly FoundBoundaries[]): string[] => {
	const everywhere = (side: 'music' | 'picture') =>
		Object.keys(clips[0]?.[side].boundaries ?? {}).filter(name => clips.every(clip => name in clip[side].boundaries));
	return [...everywhere('music'), ...everywhere('picture')];
};

/** Whether clips can be cut so: independent cutting needs one segmenter of music, and one of pictures beside it. */
export const canCut = (clips: readonly FoundBoundaries[], cutting: Cutting, segmenter: string): boolean => {
	const known = segmentersOf(clips);
	if (!known.includes(segmenter)) return false;
	return cutting !== 'independent' || (!PICTURE_SEGMENTERS.includes(segmenter) && shotsIn(clips) !== null);
};

/** The segmenter of pictures that found something in every clip; null where none did. */
export const shotsIn = (clips: readonly FoundBoundaries[]): string | null =>
	PICTURE_SEGMENTERS.find(name => segmentersOf(clips).includes(name)) ?? null;

/** The segments of each clip's picture and music, as a cutting has them. */
export const cutUp = (
	clips: readonly FoundBoundaries[],
	cutting: Cutting,
	segmenter: string,
): { readonly picture: readonly (readonly Span[])[]; readonly music: readonly (readonly Span[])[] } => {
	const by = (name: string) =>
		clips.map(({ duration, music, picture }) =>
			spansBetween((music.boundaries[name] ?? picture.boundaries[name])!, duration),
		);
	switch (cutting) {
		case 'shared': {
			const spans = by(segmenter);
			return { picture: spans, music: spans };
		}
		case 'independent':
			return { picture: by(shotsIn(clips)!), music: by(segmenter) };
		case 'equal': {
			const found = by(segmenter);
			const count = Math.max(1, Math.round(found.reduce((sum, spans) => sum + spans.length, 0) / found.length));
			const spans = clips.map(({ duration }) => equalParts(duration, count));
			return { picture: spans, music: spans };
		}
		case 'whole': {
			const spans = clips.map(({ duration }) => equalParts(duration, 1));
			return { picture: spans, music: spans };
		}
	}
};

const spansBetween = (boundaries: readonly Seconds[], duration: Seconds): Span[] =>
	[0, ...boundaries].map((start, k) => ({ start, end: boundaries[k] ?? duration }));

const equalParts = (duration: Seconds, count: number): Span[] =>
	Array.from({ length: count }, (_, k) => ({ start: (duration * k) / count, end: (duration * (k + 1)) / count }));
