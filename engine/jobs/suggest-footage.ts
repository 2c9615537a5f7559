import type { SegmentSequence } from '../alignment/comparison.js';
import { trackOutline } from '../crops/outline.js';
import type { Embedding, StoredRows } from '../embeddings/embedding.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { DistanceName } from '../protocol/messages.js';
import { createRanker } from '../ranking/ranker.js';
import type { TwoStageTools } from '../ranking/two-stages.js';
import { vocalShare } from '../segments/vocal-activity.js';
import type { Pick } from '../suggestions/pick.js';
import { suggestCrops } from '../suggestions/suggest-crops.js';
import { heardContent, sectionContent } from './candidate.js';
import { embeddedRange } from './suggest.js';

/** An edited video that a song may be for. */
export type Footage = { readonly path: string; readonly analysis: CutAnalysis };

export type FootagePick = {
	readonly footage: Footage;
	/** The distance between the cut's segments and the song's sections, as in the other direction; lower is better. */
	readonly distance: number;
	/** The best crop of the song for the whole of the cut. */
	readonly pick: Pick;
};

export type FootageOptions = { readonly top: number; readonly distance: DistanceName };

export type FootageSources = {
	readonly embedding: Embedding;
	/** The catalogue's rows, whose averages say what is much and what is little; without any, the song's own do. */
	readonly stored: StoredRows | null;
	readonly tools: TwoStageTools;
};

/**
 * The other direction: the `top` cuts that a song fits best, with the song's best crop for each. Distances are those of
 * the song to each cut, so they compare across cuts; equal ones come in order of path.
 */
export const suggestFootage = async (
	song: TrackAnalysis,
	footage: readonly Footage[],
	{ top, distance }: FootageOptions,
	{ embedding, stored: catalogue, tools }: FootageSources,
	signal?: AbortSignal,
): Promise<FootagePick[]> => {
	const spans = song.sections.map(({ start, end }) => ({ start, end }));
	const offsets = Uint32Array.of(0, spans.length);
	const own = { offsets, spans, vectors: await embedding.describeTrack(song, spans) };
	const stored = catalogue !== null && catalogue.vectors.rows > 0 ? catalogue : own;
	const music: SegmentSequence = { spans, vectors: embedding.place(own, stored) };
	const cuts: SegmentSequence[] = [];
	for (const { analysis } of footage) {
		cuts.push(await embeddedRange(embedding, analysis, { start: 0, end: analysis.duration }));
	}
	// Every cut asks at once, of a catalogue that holds the one song.
	const ranker = createRanker({ ids: ['song'], offsets, ...music }, tools);
	const answers = await ranker.rank(cuts, distance, 1, signal ? { signal } : {});
	const ranked = answers
		.flatMap(([answer], k) => (answer ? [{ k, value: answer.value }] : []))
		.sort((a, b) => a.value - b.value || (footage[a.k]!.path < footage[b.k]!.path ? -1 : 1))
		.slice(0, top);

	const vocals = vocalShare(song.labels.vocals, song.duration);
	const picks: FootagePick[] = [];
	for (const { k, value } of ranked) {
		signal?.throwIfAborted();
		const { analysis: cut } = footage[k]!;
		const { contentCost, contentCosts } = sectionContent(cuts[k]!, music);
		const content = heardContent({ embedding, stored, query: cuts[k]! }, song);
		const known = { id: 'song', wish: 0, distance: value };
		const candidate = { ...known, ...content, contentCost, analysis: song, vocals, album: null };
		const contender = { ...known, contentCosts, outline: trackOutline(song), open: async () => candidate };
		const [pick] = await suggestCrops(cut, { start: 0, end: cut.duration }, [contender], { top: 1, distance });
		if (pick) picks.push({ footage: footage[k]!, distance: value, pick });
	}
	return picks;
};
