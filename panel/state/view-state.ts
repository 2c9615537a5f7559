import type { HostView } from '../../engine/protocol/host.js';
import type {
	CatalogState,
	CutView,
	EngineStatus,
	Settings,
	Suggestion,
	SuggestOptions,
	Verdicts,
} from '../../engine/protocol/messages.js';
import type { Seconds, Span } from '../../engine/time/time.js';
import type { Failure } from './failure.js';
import { NOTHING_PLACED, type Placing } from './placing.js';

/** Everything the page shows, apart from what plays: that is the player's. */
export type ViewState = {
	readonly connection: Connection;
	/** The last that was heard of the engine; kept while it is away. */
	readonly status: EngineStatus | null;
	readonly catalog: CatalogState | null;
	/** A change of the catalogue that was refused. */
	readonly catalogFailure: Failure | null;
	readonly cut: Cut;
	readonly options: Options;
	/** What the engine keeps of the editor's choices; null until it has told. */
	readonly settings: Settings | null;
	/** Favourites, and what is rejected for the edit that is open. */
	readonly verdicts: Verdicts;
	/** The job that went down with the engine; it starts again when the engine is back. */
	readonly interrupted: 'opening' | 'suggesting' | null;
	readonly catalogueShown: boolean;
	/** The track that the catalogue is ordered by likeness to. */
	readonly like: Like | null;
	readonly dialog: DialogName | null;
	/** The editing program that is connected to the engine. */
	readonly host: HostView | null;
	readonly placing: Placing;
};

export type Like = { readonly id: string; readonly title: string };

export type Connection =
	| { readonly state: 'connecting' }
	| { readonly state: 'ready' }
	| { readonly state: 'lost'; readonly attempt: number; readonly retryIn: Seconds }
	| { readonly state: 'refused'; readonly failure: Failure };

/** Where a cut comes from. A dropped file is uploaded first. */
export type CutSource =
	| { readonly kind: 'demo'; readonly name: string; readonly title: string }
	| { readonly kind: 'path'; readonly path: string }
	/** The sequence that is active in the editing program; `asEdited`: by the pictures that the program renders, throughout. */
	| { readonly kind: 'host'; readonly asEdited: boolean }
	| { readonly kind: 'file'; readonly file: File };

export type Cut =
	| { readonly state: 'none' }
	| { readonly state: 'opening'; readonly source: CutSource; readonly progress: Progress | null }
	| { readonly state: 'failed'; readonly source: CutSource; readonly failure: Failure }
	| {
			readonly state: 'open';
			readonly source: CutSource;
			readonly cut: CutView;
			/** The stretch that music is wanted for. */
			readonly range: Span;
			readonly search: Search;
			readonly preview: Preview;
	  };

/** The making of a picture that the browser can play, where the cut's own is none. */
export type Preview =
	| { readonly state: 'not-needed' }
	| { readonly state: 'making'; readonly progress: Progress | null }
	| { readonly state: 'failed'; readonly failure: Failure };

export type OpenCut = Extract<Cut, { state: 'open' }>;

/** `total` is null while it is not known yet. */
export type Progress = { readonly stage: string; readonly done: number; readonly total: number | null };

/** One search for music; the list before it stays until the new one is there. */
export type Search =
	| { readonly state: 'idle' }
	| { readonly state: 'running'; readonly progress: Progress | null; readonly before: Results | null }
	| { readonly state: 'done'; readonly results: Results }
	| { readonly state: 'failed'; readonly failure: Failure; readonly before: Results | null };

export type Results = {
	readonly suggestions: readonly Suggestion[];
	/** Tracks that took part, after the filters. */
	readonly considered: number;
	/** What was asked, so that the list can say when it no longer is what would be asked now. */
	readonly range: Span;
	readonly options: Options;
	/** Tracks that were left out, because they were rejected before. */
	readonly without: readonly string[];
	readonly tracksThen: number;
	readonly selected: number;
	readonly expanded: boolean;
	/** Whether the selected pick is looked at closely, instead of the list. */
	readonly refining: boolean;
	/** Lists before the latest changes of a crop, the latest last. */
	readonly past: readonly (readonly Suggestion[])[];
	/** What the latest change of a crop made better or worse, or why it was refused; or the pick that was just rejected. */
	readonly changed:
		| { readonly state: 'done'; readonly better: readonly string[]; readonly worse: readonly string[] }
		| { readonly state: 'refused'; readonly failure: Failure }
		| { readonly state: 'rejected'; readonly title: string }
		| null;
	/** A crop to compare with, and whether that is what is heard. */
	readonly pinned: { readonly suggestion: Suggestion; readonly isHeard: boolean } | null;
};

export type Options = Required<Pick<SuggestOptions, 'vocals'>> & {
	/** Null for the engine's default. */
	readonly distance: NonNullable<SuggestOptions['distance']> | null;
	readonly filter: NonNullable<SuggestOptions['filter']>;
	readonly ending: NonNullable<SuggestOptions['ending']>;
	/** Passages that music is to sound like, or not to. */
	readonly examples: readonly Example[];
};

/** Seconds of a track that were heard under the cut. */
export type Example = {
	readonly track: string;
	readonly title: string;
	readonly passage: Span;
	readonly isLiked: boolean;
};

export type DialogName =
	| 'open-cut'
	| 'add-folder'
	| 'skipped'
	| 'range'
	| 'help'
	| 'settings'
	| 'diagnostics'
	| 'rejected';

/** Picks shown at first, and all that are asked for. */
export const FIRST_PICKS = 3;
export const ALL_PICKS = 12;

export const initialState: ViewState = {
	connection: { state: 'connecting' },
	status: null,
	catalog: null,
	catalogFailure: null,
	cut: { state: 'none' },
	options: { vocals: 'auto', distance: null, filter: {}, ending: 'natural', examples: [] },
	settings: null,
	verdicts: { favourites: [], rejected: [], judged: 0 },
	interrupted: null,
	catalogueShown: false,
	like: null,
	dialog: null,
	host: null,
	placing: NOTHING_PLACED,
};

/** The list that is on the page: the newest there is. */
export const resultsOf = (cut: Cut): Results | null => {
	if (cut.state !== 'open') return null;
	switch (cut.search.state) {
		case 'idle':
			return null;
		case 'done':
			return cut.search.results;
		case 'running':
		case 'failed':
			return cut.search.before;
	}
};

/** The rows of a list that are on the page. */
export const shownOf = (results: Results): readonly Suggestion[] =>
	results.expanded ? results.suggestions : results.suggestions.slice(0, FIRST_PICKS);

export const selectedOf = (cut: Cut): Suggestion | null => {
	const results = resultsOf(cut);
	return results?.suggestions[results.selected] ?? null;
};

/** The crop that is heard: the selected one, or the one it is compared with. */
export const heardOf = (cut: Cut): Suggestion | null => {
	const pinned = resultsOf(cut)?.pinned;
	return pinned?.isHeard ? pinned.suggestion : selectedOf(cut);
};

/** What names a source to a person. */
export const nameOf = (source: CutSource): string => {
	switch (source.kind) {
		case 'demo':
			return source.title;
		case 'path':
			return source.path;
		case 'host':
			return 'the sequence in Premiere';
		case 'file':
			return source.file.name;
	}
};

/** The vocal choices, in the order in which a key goes through them. */
export const VOCALS: readonly Options['vocals'][] = ['auto', 'instrumental', 'any'];
