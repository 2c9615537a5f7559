import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../engine/protocol/errors.js';
import type { Placed } from '../../../engine/protocol/messages.js';
import { failure } from '../../../panel/state/failure.js';
import { type Notice, type NoticeId, UPLOADING } from '../../../panel/state/notice.js';
import { notices } from '../../../panel/state/notices.js';
import type { ViewEvent } from '../../../panel/state/reducer.js';
import type { ViewState } from '../../../panel/state/view-state.js';
import { someStatus } from '../../support/views.js';
import {
	aCatalog,
	after,
	aSuggestion,
	connected,
	manySuggestions,
	someCut,
	withCut,
	withList,
} from '../support/views.js';

const folder = aCatalog().folders[0]!;
const indexing = { done: 640, total: 2314, perMinute: 120, secondsLeft: 840, renewed: 0, current: [] };
const source = { kind: 'path', path: '/films/promo.mp4' } as const;
const lost = { type: 'connection', connection: { state: 'lost', attempt: 3, retryIn: 2 } } as const;
const refused = (code: 'version-mismatch' | 'unauthorised' | 'catalog-damaged', detail: string): ViewEvent => ({
	type: 'connection',
	connection: { state: 'refused', failure: failure(code, detail) },
});
const catalog = (more: Parameters<typeof aCatalog>[0]): ViewEvent => ({ type: 'catalog', catalog: aCatalog(more) });

const lying: Placed = {
	host: 'files',
	where: '/films/promo (Segue).otio',
	track: 'Music',
	range: { start: 0, end: 18 },
	crop: { start: 30, end: 48 },
	file: '/music/1.flac',
	undoSteps: 0,
};
const placed = (...events: ViewEvent[]): readonly ViewEvent[] => [...withList(manySuggestions(3)), ...events];
const refusedPlacing = (code: ErrorCode, detail: string) =>
	placed(
		{ type: 'placing', doing: 'place', title: 'Title 1' },
		{ type: 'placing-failed', failure: failure(code, detail) },
	);
const rejected = (...tracks: readonly string[]): ViewEvent => ({
	type: 'verdicts',
	verdicts: { favourites: [], rejected: tracks.map(id => ({ id, title: `Title ${id}`, artist: null })), judged: 0 },
});
const inPremiere = (id: string, revision: string): ViewEvent => ({
	type: 'host',
	host: {
		program: 'premierepro',
		version: '26.3.0',
		sequence: { id, name: 'Promo', revision, range: { start: '0', end: '9', isWhole: true } },
	},
});

/** Every state of the page: how it comes about, what it says, and the one thing it offers. */
const STATES: readonly [NoticeId, ViewState, string, string | null][] = [
	['engine-starting', after(), 'Connecting to the engine', null],
	[
		'engine-lost',
		after(...connected, lost),
		'Lost the engine. 24 tracks are saved. Start it with segue serve; trying again in 2 s.',
		'Try now',
	],
	[
		'engine-lost',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-failed', failure: failure('engine-lost', 'gone') },
			lost,
		),
		'Suggesting starts again when it is back.',
		'Try now',
	],
	[
		'version-mismatch',
		after(refused('version-mismatch', 'this engine speaks version 2')),
		'differ in version: this engine speaks version 2. Your index is kept.',
		'Reload the page',
	],
	['no-key', after(refused('unauthorised', 'no token')), 'Open it with the link that Segue printed', 'Try again'],
	[
		'engine-refused',
		after(refused('catalog-damaged', 'the index is damaged')),
		'The engine can’t work: the index is damaged. Run segue catalog rescan',
		'Try again',
	],
	[
		'ffmpeg-missing',
		after(...connected, { type: 'status', status: { ...someStatus, ffmpeg: null } }),
		'ffmpeg is missing',
		'Check again',
	],
	[
		'catalogue-empty',
		after(...connected, catalog({ tracks: 0, folders: [] })),
		'files stay where they are and nothing is uploaded',
		'Add folder',
	],
	[
		'catalogue-refused',
		after(...connected, { type: 'catalog-failed', failure: failure('file-missing', 'there is no folder /x') }),
		'There is no folder /x. Check the path',
		'Choose a folder',
	],
	[
		'scanning',
		after(...connected, catalog({ indexing: { ...indexing, done: 0, total: 0 } })),
		'Looking for music files',
		'Pause',
	],
	[
		'indexing',
		after(...connected, catalog({ indexing })),
		'Indexing 640 of 2,314 · 120 a minute · about 14 min left · you can search now',
		'Pause',
	],
	[
		'renewing',
		after(...connected, catalog({ indexing: { ...indexing, renewed: 2314 } })),
		'Better analysis available: 640 of 2,314 updated · about 14 min left. Old results still work.',
		'Later',
	],
	[
		'embedding',
		after(
			...connected,
			catalog({ indexing: { ...indexing, done: 0, total: 0, embedding: { done: 640, total: 2314 } } }),
		),
		'Preparing the model that compares: 640 of 2,314 tracks. Old results still work.',
		null,
	],
	[
		'paused',
		after(...connected, catalog({ indexing, folders: [{ ...folder, state: 'paused' }] })),
		'Indexing is paused at 640 of 2,314. Suggestions use the 24 tracks there are.',
		'Resume',
	],
	[
		'indexing-stopped',
		after(...connected, catalog({ problem: { code: 'disk-full', detail: 'the disk is full' } })),
		'Indexing stopped: The disk is full. What was finished is kept.',
		'Try again',
	],
	[
		'folder-without-audio',
		after(...connected, catalog({ tracks: 0, folders: [{ ...folder, tracks: 0 }] })),
		'No music found in ‘stock’.',
		'Add another folder',
	],
	[
		'drive-offline',
		after(...connected, catalog({ folders: [{ ...folder, state: 'offline' }] })),
		'‘stock’ is not connected. 24 tracks hidden, none removed.',
		'Look again',
	],
	[
		'files-skipped',
		after(
			...connected,
			catalog({
				folders: [
					{
						...folder,
						skipped: [{ path: '/music/stock/a.mp3', code: 'media-unreadable', detail: 'cannot be decoded' }],
					},
				],
			}),
		),
		'1 file skipped (1 unreadable).',
		'Show why',
	],
	['no-cut', after(...connected), 'Drop a video or a timeline here', 'Open a file'],
	[
		'uploading',
		after(
			...connected,
			{ type: 'cut-opening', source },
			{ type: 'cut-progress', progress: { stage: UPLOADING, done: 25, total: 100 } },
		),
		'Copying the file to the engine: 25 %',
		'Cancel',
	],
	[
		'opening',
		after(
			...connected,
			{ type: 'cut-opening', source },
			{ type: 'cut-progress', progress: { stage: 'looking at the picture', done: 640, total: 1740 } },
		),
		'Looking at the picture: 640 of 1,740',
		'Cancel',
	],
	['opening', after(...connected, { type: 'cut-opening', source }), 'Opening /films/promo.mp4', 'Cancel'],
	[
		'cut-failed',
		after(
			...connected,
			{ type: 'cut-opening', source },
			{ type: 'cut-failed', failure: failure('media-unreadable', 'promo.mp4 cannot be decoded') },
		),
		'Promo.mp4 cannot be decoded. Play the file elsewhere',
		'Open another file',
	],
	['no-cuts', after(...withCut({ ...someCut, boundaries: [] })), 'matched to look and energy, not to cut timing', null],
	[
		'very-short',
		after(...withCut(), { type: 'range', range: { start: 2, end: 6 } }),
		'4 s: short enough for a sting',
		'Use the whole cut',
	],
	[
		'very-long',
		after(...withCut({ ...someCut, duration: 1920 })),
		'32 min are more than one piece of music',
		'Propose regions',
	],
	[
		'making-picture',
		after(...withCut({ ...someCut, pictureUrl: null }), {
			type: 'preview-progress',
			progress: { stage: 'making a preview', done: 40, total: 100 },
		}),
		'Making a preview: 40 %. You can search meanwhile.',
		null,
	],
	[
		'no-picture',
		after(...withCut({ ...someCut, pictureUrl: null }), {
			type: 'preview-failed',
			cut: 'cut',
			failure: failure('media-unreadable', 'promo.mp4 cannot be converted'),
		}),
		'No preview could be made: Promo.mp4 cannot be converted. Music is still found',
		'Try again',
	],
	[
		'clips-offline',
		after(...withCut({ ...someCut, offline: ['a.mov', 'b.mov'] })),
		'2 clips are offline: a.mov, b.mov. Matched on the rest.',
		'Look again',
	],
	['ready-to-suggest', after(...withCut()), 'Suggest finds passages of your music', null],
	['suggesting', after(...withCut(), { type: 'search-started' }), 'Looking through 24 tracks', 'Cancel'],
	[
		'suggesting',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-progress', progress: { stage: 'comparing', done: 12, total: 24 } },
		),
		'Comparing: 12 of 24',
		'Cancel',
	],
	[
		'suggest-failed',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-failed', failure: failure('inference-failed', 'a network failed') },
		),
		'A network failed. Try SEGUE_DEVICE=cpu.',
		'Try again',
	],
	[
		'suggest-failed',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-failed', failure: failure('catalog-empty', 'empty') },
		),
		'There is no music to suggest yet.',
		'Add folder',
	],
	[
		'catalogue-damaged',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-failed', failure: failure('catalog-damaged', 'vectors fail their checksum') },
		),
		'Vectors fail their checksum. What is damaged is made again',
		'Repair',
	],
	[
		'range-empty',
		after(
			...withCut(),
			{ type: 'search-started' },
			{ type: 'search-failed', failure: failure('range-empty', 'empty') },
		),
		'In and out hold nothing of the cut.',
		'Use the whole cut',
	],
	['nothing-left', after(...withList([], 0)), 'The vocals filter leaves no track.', 'Allow vocals'],
	['nothing-left', after(...withList([], 24)), 'No track is long enough', 'Allow vocals'],
	[
		'nothing-fits',
		after(...withList(['1', '2', '3'].map(id => aSuggestion(id, ['weak'])))),
		'Nothing fits well. The closest 3 are shown; weak point: cuts fall beside their beats.',
		'Allow vocals',
	],
	[
		'no-steady-beat',
		after(...withList(['1', '2', '3'].map(id => aSuggestion(id, ['no-steady-beat'])))),
		'No steady beat in these songs',
		null,
	],
	[
		'list-outdated',
		after(...withList(manySuggestions(12)), { type: 'range', range: { start: 0, end: 12 } }),
		'The range changed since this list.',
		'Suggest again',
	],
	[
		'list-outdated',
		after(...withList(manySuggestions(12)), { type: 'options', options: { vocals: 'any' } }),
		'The options changed since this list.',
		'Suggest again',
	],
	[
		'music-added',
		after(...withList(manySuggestions(12)), catalog({ tracks: 50 })),
		'26 tracks were added since this list.',
		'Suggest again',
	],
	[
		'crop-refused',
		after(...withList(manySuggestions(12)), {
			type: 'crop-refused',
			failure: failure('bad-request', 'this song has no drop that was found'),
		}),
		'This song has no drop that was found.',
		null,
	],
	[
		'rejected',
		after(...withList(manySuggestions(12)), { type: 'pick-rejected', pick: aSuggestion('2') }),
		'Title 2 is rejected for this edit, and will not be suggested for it again.',
		'Bring back',
	],
	[
		'nothing-left',
		after(...withList([], 0), rejected('1', '2')),
		'No track is left: 2 tracks are rejected for this edit.',
		'Show rejected',
	],
	[
		'list-outdated',
		after(...withList(manySuggestions(12), 24, ['7'])),
		'A track was brought back since this list.',
		'Suggest again',
	],
	['placing', after(...placed({ type: 'placing', doing: 'place', title: 'Title 1' })), 'Placing Title 1', null],
	[
		'placed',
		after(
			...placed(
				{ type: 'placing', doing: 'place', title: 'Title 1' },
				{ type: 'placed', title: 'Title 1', placed: lying },
			),
		),
		'Placed and verified: 0:30–0:48 of Title 1 under 0:00–0:18, on track Music, in /films/promo (Segue).otio.',
		null,
	],
	[
		'placed',
		after(
			...placed(
				{ type: 'placing', doing: 'place', title: 'Title 1' },
				{ type: 'placed', title: 'Title 1', placed: { ...lying, host: 'premiere', where: 'Promo', undoSteps: 3 } },
			),
		),
		'in the sequence Promo. Undo takes 3 steps.',
		null,
	],
	[
		'track-busy',
		after(...refusedPlacing('track-busy', 'The track A1 already has sound there.')),
		'Nothing was changed.',
		'Use a new track',
	],
	[
		'import-failed',
		after(...refusedPlacing('import-failed', 'Importing a.wav failed: Invalid parameter.')),
		'Nothing was placed.',
		'Try again',
	],
	[
		'sequence-changed',
		after(...refusedPlacing('sequence-changed', 'Another sequence was meant.')),
		'Nothing was placed.',
		'Read it again',
	],
	[
		'place-failed',
		after(...refusedPlacing('place-unverified', 'The music can’t be found again.')),
		'what was read back differs',
		'Try again',
	],
	[
		'auditioned',
		after(...placed({ type: 'auditioned', track: '1', title: 'Title 1', placed: lying })),
		'Title 1 is on trial in the timeline on track Music: Enter keeps it, Esc removes it.',
		'Remove',
	],
	['marked', after(...placed({ type: 'marked', added: 31 })), '31 markers added, and read back.', null],
	['host-there', after(...connected, inPremiere('a', '1')), 'The sequence Promo is open in Premiere.', 'Read it'],
	[
		'host-there',
		after(...withCut({ ...someCut, sequence: { id: 'a', revision: '1' } }), inPremiere('a', '2')),
		'The cut changed since it was read.',
		'Read it',
	],
	[
		'host-there',
		after(...withCut({ ...someCut, sequence: { id: 'a', revision: '1' } }), inPremiere('b', '9')),
		'Another sequence is active in Premiere: Promo.',
		'Read it',
	],
];

describe('every state has its own words and at most one thing to do', () => {
	test.each(STATES)('%s (%#)', (id, state, text, action) => {
		const found = notices(state).filter(notice => notice.id === id);
		expect(found).toHaveLength(1);
		expect(found[0]!.text).toContain(text);
		expect(found[0]!.action?.label ?? null).toBe(action);
	});
});

test('the table above reaches every state there is', () => {
	const all: Record<NoticeId, true> = {
		'engine-starting': true,
		'engine-lost': true,
		'version-mismatch': true,
		'no-key': true,
		'engine-refused': true,
		'ffmpeg-missing': true,
		'catalogue-empty': true,
		'catalogue-refused': true,
		scanning: true,
		indexing: true,
		renewing: true,
		embedding: true,
		paused: true,
		'indexing-stopped': true,
		'folder-without-audio': true,
		'drive-offline': true,
		'files-skipped': true,
		'no-cut': true,
		uploading: true,
		opening: true,
		'cut-failed': true,
		'no-cuts': true,
		'very-short': true,
		'very-long': true,
		'making-picture': true,
		'no-picture': true,
		'clips-offline': true,
		'ready-to-suggest': true,
		suggesting: true,
		'suggest-failed': true,
		'catalogue-damaged': true,
		'range-empty': true,
		'nothing-left': true,
		'nothing-fits': true,
		'no-steady-beat': true,
		'list-outdated': true,
		'music-added': true,
		'crop-refused': true,
		rejected: true,
		placing: true,
		placed: true,
		marked: true,
		auditioned: true,
		'track-busy': true,
		'import-failed': true,
		'sequence-changed': true,
		'place-failed': true,
		'host-there': true,
	};
	expect(new Set(STATES.map(([id]) => id))).toEqual(new Set(Object.keys(all)));
});

test('a page on which all is well says nothing of engine, catalogue or list', () => {
	expect(notices(after(...withList(manySuggestions(12))))).toEqual([]);
});

test('whatever is busy tells how far it is', () => {
	const silent = (notice: Notice): boolean =>
		notice.tone === 'busy' &&
		!['engine-starting', 'scanning', 'placing'].includes(notice.id) &&
		notice.progress === undefined;
	for (const [, state] of STATES) expect(notices(state).filter(silent)).toEqual([]);
});

test('a failed search keeps the list that was there, and an outdated list is not also called weak', () => {
	const weak = ['1', '2', '3'].map(id => aSuggestion(id, ['weak']));
	const state = after(...withList(weak), { type: 'range', range: { start: 0, end: 12 } });
	expect(notices(state).map(({ id }) => id)).toEqual(['list-outdated']);
});
