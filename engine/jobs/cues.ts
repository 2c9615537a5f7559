import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Params } from '../protocol/messages.js';
import type { Pick } from '../suggestions/pick.js';
import { proposeRegions, type Region } from '../suggestions/regions.js';
import type { Progress } from './ports.js';
import { clipped, type SuggestSources, suggest } from './suggest.js';

export type CueFound = Region & { readonly pick: Pick | null };

/**
 * Music for every region of a long cut, in order, no song twice. Regions are those given, or proposed ones; each is asked for
 * on its own, so that the cost grows with their number and not with its square.
 */
export const findCues = async (
	cut: CutAnalysis,
	{ cut: id, regions, shortest, longest, vocals, wishes, flowing }: Params<'cues'>,
	sources: SuggestSources,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<CueFound[]> => {
	const wanted: readonly Region[] =
		regions?.map(region => ({ region: clipped(region, cut), why: ['start'] })) ??
		proposeRegions(cut, { shortest, longest });
	const used = new Set<string>();
	const cues: CueFound[] = [];
	let before: string | undefined;
	for (const { region, why } of wanted) {
		signal?.throwIfAborted();
		const near = flowing && before !== undefined ? { after: before } : {};
		const asked = wishes || flowing ? { ...NO_WISHES, ...wishes, ...near } : undefined;
		const options = { cut: id, range: region, top: 1, vocals, ...(asked && { wishes: asked }) };
		const { picks } = await suggest(
			cut,
			options,
			sources,
			() => {},
			signal,
			id => !used.has(id),
		);
		const pick = picks[0] ?? null;
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
