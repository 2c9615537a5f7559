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
	// What only follows at the end of a list is no news.
	if (is !== null && was?.suggestions !== is.suggestions && was?.past !== is.past) {
		const first = selectedOf(after.cut);
		return first === null
			? 'No pick.'
			: `${counted(is.suggestions.length, 'pick')}. First: ${first.track.title}; ${first.reasons[0]?.text ?? ''}.`;
	}
	const favoured = favourChange(before, after);
	if (favoured !== null) return favoured;
	if (after.options.vocals !== before.options.vocals) return `Vocals: ${after.options.vocals}.`;
	return indexingStep(before, after);
};

const changeSaid = ({ cut }: ViewState, changed: NonNullable<Results['changed']>): string => {
	if (changed.state === 'refused') return changed.failure.detail;
	if (changed.state === 'rejected') {
		const next = selectedOf(cut);
		return `${changed.title} is rejected for this edit. ${next === null ? 'No pick is left.' : `Now: ${next.track.title}.`}`;
	}
	const crop = selectedOf(cut)?.crop;
	const where = crop ? `${clock(crop.start)} to ${clock(crop.end)}` : 'Changed';
	return `${where}. ${[...changed.better, ...changed.worse].join(', ')}`;
};

const favourChange = ({ verdicts: before }: ViewState, { verdicts: after }: ViewState): string | null => {
	const added = after.favourites.find(({ id }) => before.favourites.every(each => each.id !== id));
	const removed = before.favourites.find(({ id }) => after.favourites.every(each => each.id !== id));
	// All at once they come when the engine tells of them for the first time.
	if (Math.abs(after.favourites.length - before.favourites.length) !== 1) return null;
	if (added) return `${added.title} is a favourite.`;
	return removed ? `${removed.title} is no favourite any more.` : null;
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
