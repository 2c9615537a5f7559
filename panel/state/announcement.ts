import { type Results, resultsOf, selectedOf, type ViewState } from './view-state.js';
import { clock, counted } from './words.js';

/** What is worth saying aloud after a change of the page; null for all that is only seen. Failures speak for themselves. */
export const announcement = (before: ViewState, after: ViewState): string | null => {
	if (before.connection.state !== 'ready' && after.connection.state === 'ready') return 'The engine is ready.';
	if (before.cut.state !== 'open' && after.cut.state === 'open') {
		return `${after.cut.cut.name} is open: ${counted(after.cut.cut.boundaries.length, 'cut')}.`;
	}
	const [was, is] = [resultsOf(before.cut), resultsOf(after.cut)];
	if (is?.changed && is.changed !== was?.changed) return changeSaid(after, is.changed);
	if (is !== null && was?.suggestions !== is.suggestions) {
		const first = selectedOf(after.cut);
		return first === null
			? 'No pick.'
			: `${counted(is.suggestions.length, 'pick')}. First: ${first.track.title}; ${first.reasons[0]?.text ?? ''}.`;
	}
	if (after.options.vocals !== before.options.vocals) return `Vocals: ${after.options.vocals}.`;
	return indexingStep(before, after);
};

const changeSaid = ({ cut }: ViewState, changed: NonNullable<Results['changed']>): string => {
	if (changed.state === 'refused') return changed.failure.detail;
	const crop = selectedOf(cut)?.crop;
	const where = crop ? `${clock(crop.start)} to ${clock(crop.end)}` : 'Changed';
	return `${where}. ${[...changed.better, ...changed.worse].join(', ')}`;
};

/** Every tenth of the way, and the end. */
const indexingStep = ({ catalog: before }: ViewState, { catalog: after }: ViewState): string | null => {
	if (before?.indexing && after && after.indexing === null) {
		return `Indexing is done: ${counted(after.tracks, 'track')}.`;
	}
	const [was, is] = [before, after].map(catalog =>
		catalog?.indexing ? Math.floor((10 * catalog.indexing.done) / Math.max(1, catalog.indexing.total)) : 0,
	);
	return is! > was! ? `Indexing: ${10 * is!} %.` : null;
};
