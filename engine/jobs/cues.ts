import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Params, Region } from '../protocol/messages.js';
import type { Pick } from '../suggestions/pick.js';
import { proposeRegions } from '../suggestions/regions.js';
import type { Progress } from './ports.js';
import { clipped, cropsOf, rankRanges, type SuggestSources } from './suggest.js';

export type CueFound = Region & { readonly pick: Pick | null };

/**
 * Music for every region of a long cut, in order, no song twice. Regions are those given, or proposed ones. All of them are
 * compared with the catalogue at once; crops are then searched one region after the other.
 */
export const findCues = async (
	cut: CutAnalysis,
	{ regions, shortest, longest, vocals, wishes, flowing }: Omit<Params<'cues'>, 'cut'>,
	sources: SuggestSources,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<CueFound[]> => {
	const wanted: readonly Region[] =
		regions?.map(region => ({ region: clipped(region, cut), why: ['start'] })) ??
		proposeRegions(cut, { shortest, longest });
	const ranges = wanted.map(({ region }) => region);
	// Each region may find as many of its tracks used as there are regions before it.
	const ranked = await rankRanges(cut, ranges, { vocals }, sources, ranges.length, signal);
	const used = new Set<string>();
	const cues: CueFound[] = [];
	let before: string | undefined;
	for (const [k, { region, why }] of wanted.entries()) {
		signal?.throwIfAborted();
		const near = flowing && before !== undefined ? { after: before } : {};
		const asked = wishes || flowing ? { ...NO_WISHES, ...wishes, ...near } : undefined;
		const unused = { ...ranked[k]!, tracks: ranked[k]!.tracks.filter(({ id }) => !used.has(id)) };
		const [pick = null] = await cropsOf(cut, unused, { top: 1, wishes: asked }, sources, () => {}, signal);
		if (pick) {
			used.add(pick.id);
			before = pick.id;
		}
		cues.push({ region, why, pick });
		onProgress({ stage: 'finding cues', done: cues.length, total: wanted.length });
	}
	return cues;
};

const NO_WISHES = { like: [], unlike: [], words: [] };
