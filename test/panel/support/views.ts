import { TERM_WEIGHTS } from '../../../engine/crops/terms.js';
import type { CatalogState, CutView, Reason, Suggestion, TrackView } from '../../../engine/protocol/messages.js';
import { reduce, type ViewEvent } from '../../../panel/state/reducer.js';
import { initialState, type ViewState } from '../../../panel/state/view-state.js';
import { someStatus } from '../../support/views.js';

/** Eighteen seconds of film at 24 frames a second, cut every six. */
export const someCut: CutView = {
	id: 'cut',
	name: 'promo.mp4',
	duration: 18,
	rate: { numerator: 24, denominator: 1 },
	boundaries: [
		{ frame: 144, seconds: 6, from: 'picture', confidence: 1 },
		{ frame: 288, seconds: 12, from: 'picture', confidence: 1 },
	],
	segments: [
		{ start: 0, end: 6 },
		{ start: 6, end: 12 },
		{ start: 12, end: 18 },
	],
	energy: { rate: 2, values: Array.from({ length: 36 }, (_, k) => k / 36) },
	speech: [],
	pictureUrl: '/media/cuts/cut/picture',
	posterUrl: '/media/cuts/cut/poster',
	hasSound: true,
	timeline: null,
	sequence: null,
	offline: [],
};

export const aTrack = (id: string, more: Partial<TrackView> = {}): TrackView => ({
	id,
	path: `/music/${id}.flac`,
	title: `Title ${id}`,
	artist: `Artist ${id}`,
	album: null,
	duration: 180,
	tempo: 120,
	tempoConfidence: 0.9,
	loudness: -16,
	labels: ['calm', 'piano'],
	energy: 0.5,
	vocals: 0,
	licence: null,
	coverUrl: null,
	soundUrl: `/media/tracks/${id}/sound`,
	...more,
});

const STANDARD = { mean: 0, deviation: 1 };

export const aSuggestion = (id: string, codes: readonly Reason['code'][] = ['cuts-on-beats']): Suggestion => ({
	track: aTrack(id),
	crop: { start: 30, end: 48 },
	choice: { start: 30, form: 'straight', ending: 'natural', lock: null },
	plan: {
		pieces: [{ song: { start: 30, end: 48 }, at: 0, fadeIn: 0.005, fadeOut: 0.08 }],
		joins: [],
		ending: { kind: 'hard', at: 17.92 },
	},
	terms: [{ name: 'beats', value: 2, weight: 0.3 }],
	basis: { movement: STANDARD, content: STANDARD, accents: STANDARD, total: STANDARD, wish: 0, weights: TERM_WEIGHTS },
	alternatives: [],
	range: { start: 0, end: 18 },
	score: 2,
	distance: { name: 'timed-best-trace', value: 0.4 },
	segments: [],
	reasons: codes.map(code => ({ code, text: code })),
	waveform: { rate: 10, values: Array.from({ length: 180 }, (_, k) => (k % 10) / 10) },
	beats: Array.from({ length: 36 }, (_, k) => 30 + k / 2),
	sections: [36],
});

export const manySuggestions = (count: number): Suggestion[] =>
	Array.from({ length: count }, (_, k) => aSuggestion(String(k + 1)));

export const aCatalog = (more: Partial<CatalogState> = {}): CatalogState => ({
	tracks: 24,
	folders: [{ path: '/music/stock', tracks: 24, state: 'ready', skipped: [] }],
	indexing: null,
	...more,
});

/** The page after these, one after the other. */
export const after = (...events: readonly ViewEvent[]): ViewState => events.reduce(reduce, initialState);

/** The page of an engine that is there, with music. */
export const connected: readonly ViewEvent[] = [
	{ type: 'status', status: someStatus },
	{ type: 'catalog', catalog: aCatalog() },
	{ type: 'connection', connection: { state: 'ready' } },
];

export const withCut = (cut: CutView = someCut): readonly ViewEvent[] => [
	...connected,
	{ type: 'cut-opening', source: { kind: 'path', path: '/films/promo.mp4' } },
	{ type: 'cut-opened', cut },
];

/** @param without - tracks that were rejected when the list was asked for */
export const withList = (
	suggestions: readonly Suggestion[],
	considered = 24,
	without: readonly string[] = [],
): readonly ViewEvent[] => [
	...withCut(),
	{ type: 'search-started' },
	{
		type: 'search-done',
		answer: { suggestions: [...suggestions], considered, cut: 'cut' },
		asked: { range: { start: 0, end: 18 }, options: initialState.options, without },
	},
];
