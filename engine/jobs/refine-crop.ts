import { cutSide } from '../crops/judge.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { Params } from '../protocol/messages.js';
import { sectionsOf } from '../ranking/track-sections.js';
import type { Candidate, Pick } from '../suggestions/pick.js';
import { pickOf } from '../suggestions/plan-choice.js';
import { changedChoice, type TermChange, termChanges } from '../suggestions/refine.js';
import type { Span } from '../time/time.js';
import { heardContent, sectionContent } from './candidate.js';
import { clipped, embeddedRange, type SuggestSources } from './suggest.js';

export type Refined = {
	readonly pick: Pick;
	readonly range: Span;
	readonly changes: readonly TermChange[];
	readonly scoreBefore: number;
};

/**
 * A crop after a change, judged again on the scale of the answer that it comes from, with what got better or worse.
 *
 * @throws EngineError 'not-found' for a track that is not in the catalogue; see {@link changedChoice}
 */
export const refineCrop = async (
	cut: CutAnalysis,
	{ track, range: asked, choice, basis, change, alternatives }: Params<'crop.refine'>,
	sources: SuggestSources,
): Promise<Refined> => {
	const range = clipped(asked ?? { start: 0, end: cut.duration }, cut);
	const side = cutSide(cut, range);
	const candidate = await candidateOf(cut, range, track, sources);
	const before = await pickOf(cut, side, candidate, choice, basis, alternatives);
	const after = change
		? await pickOf(cut, side, candidate, changedChoice(choice, change, candidate.analysis, range), basis, alternatives)
		: before;
	return { pick: after, range, changes: termChanges(before, after), scoreBefore: before.score };
};

const candidateOf = async (
	cut: CutAnalysis,
	range: Span,
	id: string,
	{ embedding, catalogue, records, analysis }: SuggestSources,
): Promise<Candidate> => {
	const [record] = await records([id]);
	const track = catalogue.sections.ids.indexOf(id);
	if (!record || track < 0) throw new EngineError('not-found', 'There is no such track in the catalogue.');
	const query = await embeddedRange(embedding, cut, range);
	const heard = await analysis(id);
	const { contentCost } = sectionContent(query, sectionsOf(catalogue.sections, track));
	return {
		...heardContent({ embedding, stored: catalogue.stored, query }, heard),
		contentCost,
		id,
		album: record.tags.album,
		analysis: heard,
		vocals: record.vocals,
		wish: 0,
		distance: contentCost(0),
	};
};
