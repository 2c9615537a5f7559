import type { HostView } from '../../engine/protocol/host.js';
import type {
	Answer,
	CatalogState,
	CutView,
	EngineStatus,
	Settings,
	Suggestion,
	Verdicts,
} from '../../engine/protocol/messages.js';
import type { Span } from '../../engine/time/time.js';
import type { Failure } from './failure.js';
import { type PlacingEvent, reducePlacing } from './placing.js';
import {
	ALL_PICKS,
	type Connection,
	type Cut,
	type CutSource,
	type DialogName,
	type Like,
	type OpenCut,
	type Options,
	type Progress,
	type Results,
	resultsOf,
	shownOf,
	type ViewState,
} from './view-state.js';

/** Something that happened, to the page or in it. */
export type ViewEvent =
	| { readonly type: 'connection'; readonly connection: Connection }
	| { readonly type: 'status'; readonly status: EngineStatus }
	| { readonly type: 'catalog'; readonly catalog: CatalogState }
	| { readonly type: 'catalog-failed'; readonly failure: Failure | null }
	| { readonly type: 'cut-opening'; readonly source: CutSource }
	| { readonly type: 'cut-progress'; readonly progress: Progress }
	| { readonly type: 'cut-opened'; readonly cut: CutView }
	/** The same source as it is now. */
	| { readonly type: 'cut-reread'; readonly cut: CutView }
	| { readonly type: 'cut-failed'; readonly failure: Failure }
	| { readonly type: 'preview-progress'; readonly progress: Progress }
	| { readonly type: 'preview-made'; readonly cut: string; readonly pictureUrl: string }
	| { readonly type: 'preview-failed'; readonly cut: string; readonly failure: Failure }
	| { readonly type: 'range'; readonly range: Span }
	| { readonly type: 'options'; readonly options: Partial<Options> }
	| { readonly type: 'search-started' }
	| { readonly type: 'search-progress'; readonly progress: Progress }
	| {
			readonly type: 'search-done';
			readonly answer: Answer<'suggest'>;
			readonly asked: Pick<Results, 'range' | 'options' | 'without'>;
	  }
	| { readonly type: 'search-failed'; readonly failure: Failure }
	| { readonly type: 'select'; readonly index: number }
	| { readonly type: 'step'; readonly by: 1 | -1 }
	| { readonly type: 'expand' }
	| { readonly type: 'refine'; readonly refining: boolean }
	/** Another crop of one pick's track takes its place. */
	| {
			readonly type: 'crop-changed';
			readonly suggestion: Suggestion;
			readonly better: readonly string[];
			readonly worse: readonly string[];
	  }
	| { readonly type: 'crop-refused'; readonly failure: Failure }
	/** All picks were judged again: the best first. */
	| { readonly type: 'picks-changed'; readonly suggestions: readonly Suggestion[] }
	| { readonly type: 'undo' }
	| { readonly type: 'verdicts'; readonly verdicts: Verdicts }
	/** A pick leaves the list; the next one takes its place. */
	| { readonly type: 'pick-rejected'; readonly pick: Suggestion }
	/** A pick that was rejected comes back to where it was. */
	| { readonly type: 'pick-restored'; readonly track: string }
	/** More of the same question, for the end of the list. */
	| { readonly type: 'picks-added'; readonly answer: Answer<'suggest'> }
	| { readonly type: 'pin'; readonly suggestion: Suggestion | null }
	| { readonly type: 'hear'; readonly which: 'pinned' | 'selected' }
	| { readonly type: 'settings'; readonly settings: Settings }
	| { readonly type: 'catalogue'; readonly shown: boolean; readonly like?: Like | null }
	| { readonly type: 'dialog'; readonly dialog: DialogName | null }
	| { readonly type: 'host'; readonly host: HostView | null }
	| PlacingEvent;

/** The page after something happened. Pure; whoever asks the engine tells this what came of it. */
export const reduce = (state: ViewState, event: ViewEvent): ViewState => {
	switch (event.type) {
		case 'connection':
			return {
				...state,
				connection: event.connection,
				interrupted: event.connection.state === 'ready' ? null : state.interrupted,
			};
		case 'status':
			return { ...state, status: event.status };
		case 'catalog':
			return { ...state, catalog: event.catalog };
		case 'catalog-failed':
			return { ...state, catalogFailure: event.failure };
		case 'cut-opening':
			return {
				...state,
				cut: { state: 'opening', source: event.source, progress: null },
				placing: { ...state.placing, step: { state: 'idle' } },
			};
		case 'cut-progress':
			return state.cut.state === 'opening' ? { ...state, cut: { ...state.cut, progress: event.progress } } : state;
		case 'cut-opened':
			if (state.cut.state !== 'opening') return state;
			// What one cut's music should sound like says nothing of another's.
			return { ...state, cut: opened(state.cut.source, event.cut), options: { ...state.options, examples: [] } };
		case 'cut-reread':
			return withOpenCut(state, open => (open.cut.id === event.cut.id ? open : reread(open, event.cut)));
		case 'cut-failed':
			return cutFailed(state, event.failure);
		case 'preview-progress':
			return withOpenCut(state, cut =>
				cut.preview.state === 'making' ? { ...cut, preview: { state: 'making', progress: event.progress } } : cut,
			);
		case 'preview-made':
			return withOpenCut(state, cut =>
				cut.cut.id === event.cut
					? { ...cut, cut: { ...cut.cut, pictureUrl: event.pictureUrl }, preview: { state: 'not-needed' } }
					: cut,
			);
		case 'preview-failed':
			return withOpenCut(state, cut =>
				cut.cut.id === event.cut ? { ...cut, preview: { state: 'failed', failure: event.failure } } : cut,
			);
		case 'range':
			return withOpenCut(state, cut => ({ ...cut, range: event.range }));
		case 'options':
			return { ...state, options: { ...state.options, ...event.options } };
		case 'search-started':
			return withOpenCut({ ...state, placing: { ...state.placing, step: { state: 'idle' } } }, cut => ({
				...cut,
				search: { state: 'running', progress: null, before: resultsOf(cut) },
			}));
		case 'search-progress':
			return withOpenCut(state, cut =>
				cut.search.state === 'running' ? { ...cut, search: { ...cut.search, progress: event.progress } } : cut,
			);
		case 'search-done':
			return withOpenCut(state, cut => searchDone(cut, event, state.catalog));
		case 'search-failed':
			return searchFailed(state, event.failure);
		case 'select':
			return withResults(state, results => select(results, event.index));
		case 'step':
			return withResults(state, results => select(results, results.selected + event.by));
		case 'expand':
			return withResults(state, results => ({ ...results, expanded: true }));
		case 'refine':
			return withResults(state, results => ({ ...results, refining: event.refining }));
		case 'crop-changed':
			return withResults(state, results => changed(results, event));
		case 'crop-refused':
			return withResults(state, results => ({ ...results, changed: { state: 'refused', failure: event.failure } }));
		case 'picks-changed':
			return withResults(state, results => ({
				...results,
				...remembering(results),
				suggestions: event.suggestions,
				selected: 0,
				changed: null,
			}));
		case 'undo':
			return withResults(state, results => undone(results));
		case 'verdicts':
			return { ...state, verdicts: event.verdicts };
		case 'pick-rejected':
			return withResults(state, results => withoutPick(results, event.pick));
		case 'pick-restored':
			return withResults(state, results => restored(results, event.track));
		case 'picks-added':
			return withOpenCut(state, cut =>
				cut.cut.id === event.answer.cut ? withMore(cut, event.answer.suggestions) : cut,
			);
		case 'pin':
			return withResults(state, results => ({
				...results,
				pinned: event.suggestion && { suggestion: event.suggestion, isHeard: false },
			}));
		case 'hear':
			return withResults(state, results => ({
				...results,
				pinned: results.pinned && { ...results.pinned, isHeard: event.which === 'pinned' },
			}));
		case 'settings': {
			const { vocals, distance, ending } = event.settings;
			return { ...state, settings: event.settings, options: { ...state.options, vocals, distance, ending } };
		}
		case 'catalogue':
			return { ...state, catalogueShown: event.shown, like: event.like === undefined ? state.like : event.like };
		case 'dialog':
			return { ...state, dialog: event.dialog };
		case 'host':
			return { ...state, host: event.host };
		case 'placing':
		case 'placed':
		case 'auditioned':
		case 'audition-found':
		case 'audition-removed':
		case 'marked':
		case 'placing-failed':
			return { ...state, placing: reducePlacing(state.placing, event) };
	}
};

const opened = (source: CutSource, cut: CutView): Cut => ({
	state: 'open',
	source,
	cut,
	range: { start: 0, end: cut.duration },
	search: { state: 'idle' },
	preview: previewOf(cut),
});

/** The range stays, as far as the cut still has it. */
const reread = ({ cut: before, range, ...open }: OpenCut, cut: CutView): OpenCut => {
	const isWhole = range.start === 0 && range.end === before.duration;
	const isInside = range.start < cut.duration;
	return {
		...open,
		cut,
		range:
			isWhole || !isInside ? { start: 0, end: cut.duration } : { ...range, end: Math.min(range.end, cut.duration) },
		preview: previewOf(cut),
	};
};

const previewOf = ({ pictureUrl }: CutView): OpenCut['preview'] =>
	pictureUrl === null ? { state: 'making', progress: null } : { state: 'not-needed' };

const cutFailed = (state: ViewState, failure: Failure): ViewState => {
	if (state.cut.state !== 'opening') return state;
	if (failure.code === 'cancelled') return { ...state, cut: { state: 'none' } };
	return {
		...state,
		cut: { state: 'failed', source: state.cut.source, failure },
		interrupted: failure.code === 'engine-lost' ? 'opening' : state.interrupted,
	};
};

const searchDone = (
	cut: OpenCut,
	{ answer, asked }: Extract<ViewEvent, { type: 'search-done' }>,
	catalog: CatalogState | null,
): OpenCut => {
	// An answer that comes after another cut was opened belongs to nobody.
	if (answer.cut !== cut.cut.id) return cut;
	const results: Results = {
		suggestions: answer.suggestions,
		considered: answer.considered,
		...asked,
		tracksThen: catalog?.tracks ?? answer.considered,
		selected: 0,
		expanded: false,
		refining: false,
		past: [],
		changed: null,
		pinned: null,
	};
	return { ...cut, search: { state: 'done', results } };
};

const searchFailed = (state: ViewState, failure: Failure): ViewState => {
	const interrupted = failure.code === 'engine-lost' ? 'suggesting' : state.interrupted;
	return withOpenCut({ ...state, interrupted }, cut => {
		if (cut.search.state !== 'running') return cut;
		const { before } = cut.search;
		if (failure.code !== 'cancelled') return { ...cut, search: { state: 'failed', failure, before } };
		return { ...cut, search: before === null ? { state: 'idle' } : { state: 'done', results: before } };
	});
};

const select = (results: Results, index: number): Results => ({
	...results,
	selected: Math.max(0, Math.min(shownOf(results).length - 1, index)),
	changed: null,
	pinned: results.pinned && { ...results.pinned, isHeard: false },
});

/** Changes of a crop that can be taken back. */
const REMEMBERED = 100;

const changed = (
	results: Results,
	{ suggestion, better, worse }: Extract<ViewEvent, { type: 'crop-changed' }>,
): Results => ({
	...results,
	...remembering(results),
	// By track: it may have been left meanwhile for another one.
	suggestions: results.suggestions.map(pick => (pick.track.id === suggestion.track.id ? suggestion : pick)),
	changed: { state: 'done', better, worse },
});

const remembering = ({ past, suggestions, pinned }: Results): Pick<Results, 'past' | 'pinned'> => ({
	past: [...past, suggestions].slice(-REMEMBERED),
	pinned: pinned && { ...pinned, isHeard: false },
});

const undone = (results: Results): Results => {
	const before = results.past.at(-1);
	return before === undefined
		? results
		: { ...results, suggestions: before, past: results.past.slice(0, -1), changed: null };
};

const withoutPick = (results: Results, { track }: Suggestion): Results => {
	const suggestions = results.suggestions.filter(pick => pick.track.id !== track.id);
	const { pinned, ...kept } = remembering(results);
	const left = {
		...results,
		...kept,
		suggestions,
		changed: { state: 'rejected', title: track.title } as const,
		pinned: pinned?.suggestion.track.id === track.id ? null : pinned,
	};
	return { ...left, selected: Math.max(0, Math.min(shownOf(left).length - 1, results.selected)) };
};

const restored = (results: Results, track: string): Results => {
	const isIt = (pick: Suggestion): boolean => pick.track.id === track;
	const before = results.past.findLast(list => list.some(isIt));
	if (before === undefined || results.suggestions.some(isIt)) return results;
	const place = Math.min(results.suggestions.length, before.findIndex(isIt));
	const suggestions = [...results.suggestions];
	suggestions.splice(place, 0, before.find(isIt)!);
	const changed = results.changed?.state === 'rejected' ? null : results.changed;
	return { ...results, suggestions, changed };
};

const withMore = (cut: OpenCut, more: readonly Suggestion[]): OpenCut =>
	inResults(cut, results => {
		const known = new Set(results.suggestions.map(({ track }) => track.id));
		const fresh = more.filter(({ track }) => !known.has(track.id));
		return { ...results, suggestions: [...results.suggestions, ...fresh].slice(0, ALL_PICKS) };
	});

const withOpenCut = (state: ViewState, change: (cut: OpenCut) => OpenCut): ViewState =>
	state.cut.state === 'open' ? { ...state, cut: change(state.cut) } : state;

const withResults = (state: ViewState, change: (results: Results) => Results): ViewState =>
	withOpenCut(state, cut => inResults(cut, change));

const inResults = (cut: OpenCut, change: (results: Results) => Results): OpenCut => {
	const { search } = cut;
	switch (search.state) {
		case 'idle':
			return cut;
		case 'done':
			return { ...cut, search: { ...search, results: change(search.results) } };
		case 'running':
		case 'failed':
			return search.before === null ? cut : { ...cut, search: { ...search, before: change(search.before) } };
	}
};
