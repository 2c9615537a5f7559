import type { SegmentSequence } from '../alignment/comparison.js';
import type { TrackOutline } from '../crops/outline.js';
import type { TermValues } from '../crops/terms.js';
import type { Embedding } from '../embeddings/embedding.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { DistanceName, SuggestOptions, Wishes } from '../protocol/messages.js';
import type { RankedTrack } from '../ranking/rank.js';
import { sectionsOf } from '../ranking/track-sections.js';
import type { Candidate, Contender, Pick as CropPick } from '../suggestions/pick.js';
import { INSTRUMENTAL, speechShare } from '../suggestions/reasons.js';
import { segmentsInRange } from '../suggestions/segments-in-range.js';
import { suggestCrops } from '../suggestions/suggest-crops.js';
import { type ResolvedWishes, type Wished, wishesOf } from '../suggestions/wishes.js';
import type { Span } from '../time/time.js';
import { heardContent, sectionContent } from './candidate.js';
import type { TrackRecord } from './catalog.js';
import type { PlacedCatalogue } from './placed-catalogue.js';
import type { Progress } from './ports.js';
import type { trackEnergies } from './track-energies.js';
import { passes } from './track-filter.js';

/** What suggesting needs of the catalogue; the analyses may come from a cache. */
export type SuggestSources = {
	readonly embedding: Embedding;
	readonly catalogue: PlacedCatalogue;
	/** How energetic tracks are, by id; see {@link trackEnergies}. */
	readonly energies: ReadonlyMap<string, number>;
	/** In the order of the ids; null for those removed meanwhile. */
	readonly records: (ids: readonly string[]) => Promise<readonly (TrackRecord | null)[]>;
	readonly analysis: (id: string) => Promise<TrackAnalysis>;
	/** A tenth of that, for the many that are looked at first. */
	readonly outline: (id: string, track: TrackRecord) => Promise<TrackOutline>;
	/** How much each term counts; as documented unless given. */
	readonly weights?: TermValues;
};

export type Suggestions = {
	readonly picks: readonly CropPick[];
	/** Tracks that took part, after the filters. */
	readonly considered: number;
};

/** The editor's default: it compares lengths of time where index-by-index diagonals would not. */
export const DEFAULT_DISTANCE: DistanceName = 'timed-best-trace';

/**
 * So many tracks with the least distance are searched for a crop. Ours: each costs about a millisecond, and the agreement
 * of movement, which only the search sees, tells more than the distance does while that comes from `affect`.
 */
const SHORTLIST = 2_000;

/** A shared catalogue reads so many analyses by one statement, some ten megabytes of them. */
const OUTLINES_AT_ONCE = 64;

/** Speech in more than this share of the range asks for instrumental music. */
const SPEECH_MATTERS = 0.05;

/** A range of a cut, and the tracks that are nearest to it, nearest first. */
export type RankedRange = {
	readonly range: Span;
	readonly query: SegmentSequence;
	readonly tracks: readonly (RankedTrack & { readonly record: TrackRecord })[];
	/** Tracks that took part, after the filters. */
	readonly considered: number;
};

/**
 * Suggests crops for a range of a cut: every track is ranked by the chosen distance between the cut's segments and its
 * sections, the best ones are searched at every offset, and the best crops come back with their reasons.
 *
 * @param mayTakePart - by id; of those it refuses nothing is looked at or counted
 * @throws EngineError 'range-empty' for a range outside the cut, 'catalog-empty' where there is no track at all
 */
export const suggest = async (
	cut: CutAnalysis,
	options: SuggestOptions,
	sources: SuggestSources,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
	mayTakePart: (id: string) => boolean = () => true,
): Promise<Suggestions> => {
	const range = options.range ?? { start: 0, end: cut.duration };
	const [ranked] = await rankRanges(cut, [range], options, sources, 0, signal, mayTakePart);
	const picks = await cropsOf(cut, ranked!, options, sources, onProgress, signal);
	return { picks, considered: ranked!.considered };
};

/**
 * The first step for many ranges of one cut: every track is ranked for each of them. Ranges for which the same tracks
 * take part share one scan of the catalogue.
 *
 * @param spare - so many tracks more than are searched for a crop
 */
export const rankRanges = async (
	cut: CutAnalysis,
	ranges: readonly Span[],
	options: Omit<SuggestOptions, 'cut' | 'range' | 'top' | 'wishes' | 'ending'>,
	{ embedding, catalogue: { sections, ranker }, energies, records: recordsOf }: SuggestSources,
	spare: number,
	signal?: AbortSignal,
	mayTakePart: (id: string) => boolean = () => true,
): Promise<RankedRange[]> => {
	const clippedRanges = ranges.map(range => clipped(range, cut));
	if (sections.ids.length === 0) throw new EngineError('catalog-empty', 'There is no music in the catalogue yet.');
	const records = await recordsOf(sections.ids);
	const leftOut = new Set(options.without);
	const ranked = new Map<Span, RankedRange>();
	for (const instrumental of [false, true]) {
		const asked: { range: Span; query: SegmentSequence }[] = [];
		for (const range of clippedRanges) {
			if (wantsInstrumental(options, cut, range) !== instrumental) continue;
			asked.push({ range, query: await embeddedRange(embedding, cut, range) });
		}
		if (asked.length === 0) continue;
		const takesPart = records.map(
			track =>
				track !== null &&
				!leftOut.has(track.id) &&
				mayTakePart(track.id) &&
				(!instrumental || track.vocals < INSTRUMENTAL) &&
				passes(options.filter ?? {}, track, energies.get(track.id) ?? null),
		);
		const considered = takesPart.filter(Boolean).length;
		const queries = asked.map(({ query }) => query);
		const answers = await ranker.rank(queries, options.distance ?? DEFAULT_DISTANCE, SHORTLIST + spare, {
			include: track => takesPart[track]!,
			...(options.ranking && { method: options.ranking }),
			...(signal && { signal }),
		});
		asked.forEach(({ range, query }, k) => {
			const tracks = answers[k]!.map(track => ({ ...track, record: records[track.track]! }));
			ranked.set(range, { range, query, tracks, considered });
		});
	}
	return clippedRanges.map(range => ranked.get(range)!);
};

/** The second step: the nearest tracks are searched at every offset, and the best crops come back with their reasons. */
export const cropsOf = async (
	cut: CutAnalysis,
	{ range, query, tracks }: RankedRange,
	{ top, ending, wishes, distance = DEFAULT_DISTANCE }: Pick<SuggestOptions, 'top' | 'ending' | 'wishes' | 'distance'>,
	{ embedding, catalogue, analysis, outline, weights }: SuggestSources,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<readonly CropPick[]> => {
	const nearest = tracks.slice(0, SHORTLIST);
	const wished = await wishValues(
		wishes,
		nearest.map(({ id }) => id),
		analysis,
	);
	const contenders: Contender[] = [];
	for (let from = 0; from < nearest.length; from += OUTLINES_AT_ONCE) {
		signal?.throwIfAborted();
		const some = nearest.slice(from, from + OUTLINES_AT_ONCE);
		const outlines = await Promise.all(some.map(({ id, record }) => outline(id, record)));
		for (const [k, { id, track, value, record }] of some.entries()) {
			const { contentCost, contentCosts } = sectionContent(query, sectionsOf(catalogue.sections, track));
			const known = { id, distance: value, wish: wished[from + k] ?? 0 };
			const open = async (): Promise<Candidate> => {
				const heard = await analysis(id);
				const content = heardContent({ embedding, stored: catalogue.stored, query }, heard);
				const { vocals, tags } = record;
				return { ...known, ...content, contentCost, analysis: heard, vocals, album: tags.album };
			};
			contenders.push({ ...known, contentCosts, outline: outlines[k]!, open });
		}
		onProgress({ stage: 'comparing', done: contenders.length, total: nearest.length });
	}
	return suggestCrops(cut, range, contenders, {
		top,
		distance,
		...(ending && { ending }),
		...(weights && { weights }),
	});
};

/** How far each of these tracks is what was asked for; none where nothing was. */
const wishValues = async (
	wishes: Wishes | undefined,
	ids: readonly string[],
	analysis: SuggestSources['analysis'],
): Promise<readonly number[]> => {
	if (!wishes) return [];
	const tracks: Wished[] = [];
	for (const id of ids) tracks.push({ analysis: await analysis(id) });
	return wishesOf(await resolved(wishes, analysis), tracks);
};

const resolved = async (wishes: Wishes, analysis: SuggestSources['analysis']): Promise<ResolvedWishes> => {
	const examples = (asked: Wishes['like']) =>
		Promise.all(
			asked.map(async ({ track, passage, weight }) => ({
				analysis: await analysis(track),
				passage: passage ?? null,
				weight,
			})),
		);
	return {
		like: await examples(wishes.like),
		unlike: await examples(wishes.unlike),
		words: wishes.words,
		after: wishes.after === undefined ? null : await analysis(wishes.after),
	};
};

/** The range's segments, embedded, in seconds after its start. */
export const embeddedRange = async (embedding: Embedding, cut: CutAnalysis, range: Span): Promise<SegmentSequence> => {
	const spans = segmentsInRange(cut, range);
	return {
		vectors: await embedding.embedCut(cut, spans),
		spans: spans.map(span => shifted(span, -range.start)),
	};
};

/** The part of a range that the cut has. Throws EngineError 'range-empty' where that is nothing. */
export const clipped = (range: Span, cut: CutAnalysis): Span => {
	const inside = { start: Math.max(0, range.start), end: Math.min(cut.duration, range.end) };
	if (inside.end > inside.start) return inside;
	throw new EngineError('range-empty', `The range from ${range.start} s to ${range.end} s holds nothing of the cut.`);
};

const shifted = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });

/** Whether only music without singing is wanted: because it was asked for, or because there is speech in the range. */
export const wantsInstrumental = (
	{ vocals }: { readonly vocals: SuggestOptions['vocals'] },
	cut: CutAnalysis,
	range: Span,
): boolean => vocals === 'instrumental' || (vocals === 'auto' && speechShare(cut, range) > SPEECH_MATTERS);
