import type { Suggestion } from '../../engine/protocol/messages.js';
import {
	ALL_PICKS,
	type Connection,
	nameOf,
	type OpenCut,
	type Results,
	resultsOf,
	type ViewState,
} from './view-state.js';
import { capitalised, counted, grouped, lastPart, roughly } from './words.js';

/**
 * What the page has to say about its state: what happened, what still works, and at most one thing to do about it. Every
 * state of the engine, the catalogue, the cut and the list that a browser can reach has its own.
 */
export type Notice = {
	readonly id: NoticeId;
	readonly place: 'engine' | 'catalogue' | 'cut' | 'results';
	readonly tone: 'neutral' | 'busy' | 'warning' | 'failure';
	readonly text: string;
	readonly action: { readonly label: string; readonly command: NoticeCommand } | null;
	/** Present while something counts up. */
	readonly progress?: { readonly done: number; readonly total: number | null };
};

export type NoticeId =
	| 'engine-starting'
	| 'engine-lost'
	| 'version-mismatch'
	| 'no-key'
	| 'engine-refused'
	| 'ffmpeg-missing'
	| 'catalogue-empty'
	| 'catalogue-refused'
	| 'scanning'
	| 'indexing'
	| 'paused'
	| 'indexing-stopped'
	| 'folder-without-audio'
	| 'drive-offline'
	| 'files-skipped'
	| 'no-cut'
	| 'uploading'
	| 'opening'
	| 'cut-failed'
	| 'no-cuts'
	| 'very-short'
	| 'very-long'
	| 'no-picture'
	| 'ready-to-suggest'
	| 'suggesting'
	| 'suggest-failed'
	| 'range-empty'
	| 'nothing-left'
	| 'nothing-fits'
	| 'no-steady-beat'
	| 'list-outdated'
	| 'music-added';

/** What a notice's button asks for. */
export type NoticeCommand =
	| 'reconnect'
	| 'reload'
	| 'add-folder'
	| 'pause'
	| 'resume'
	| 'rescan'
	| 'show-skipped'
	| 'open-cut'
	| 'retry-cut'
	| 'cancel'
	| 'choose-range'
	| 'whole-range'
	| 'suggest'
	| 'any-vocals';

/** All that is worth saying, most pressing first within each place. */
export const notices = (state: ViewState): readonly Notice[] => [
	...engineNotices(state),
	...catalogueNotices(state),
	...cutNotices(state),
	...resultNotices(state),
];

/** A cut this long is not one cue. */
export const LONG_CUT = 300;
/** A range this short takes a sting or an ending, not a passage. */
export const SHORT_RANGE = 5;

const engineNotices = ({ connection, status, catalog, interrupted }: ViewState): Notice[] => {
	if (connection.state === 'ready') {
		return status !== null && status.ffmpeg === null
			? [
					notice(
						'ffmpeg-missing',
						'engine',
						'failure',
						'ffmpeg is missing, so no file can be read. Run segue doctor: it prints the command that installs it.',
						['Check again', 'reload'],
					),
				]
			: [];
	}
	return [connectionNotice(connection, catalog?.tracks ?? null, interrupted)];
};

const connectionNotice = (
	connection: Exclude<Connection, { state: 'ready' }>,
	tracks: number | null,
	interrupted: ViewState['interrupted'],
): Notice => {
	switch (connection.state) {
		case 'connecting':
			return notice(
				'engine-starting',
				'engine',
				'busy',
				'Connecting to the engine. After a restart of the computer this can take 20 s.',
			);
		case 'lost': {
			const kept = tracks === null ? '' : ` ${counted(tracks, 'track')} ${tracks === 1 ? 'is' : 'are'} saved.`;
			const job = interrupted === null ? '' : ` ${capitalised(interrupted)} starts again when it is back.`;
			const text = `Lost the engine.${kept}${job} Start it with segue serve; trying again in ${Math.ceil(connection.retryIn)} s.`;
			return notice('engine-lost', 'engine', 'failure', text, ['Try now', 'reconnect']);
		}
		case 'refused':
			return refusalNotice(connection.failure.code, connection.failure.detail, connection.failure.remedy);
	}
};

const refusalNotice = (code: string, detail: string, remedy: string): Notice => {
	if (code === 'version-mismatch') {
		return notice(
			'version-mismatch',
			'engine',
			'failure',
			`This page and the engine differ in version: ${detail}. Your index is kept.`,
			['Reload the page', 'reload'],
		);
	}
	if (code === 'unauthorised') {
		return notice(
			'no-key',
			'engine',
			'failure',
			'This page has no key to the engine. Open it with the link that Segue printed in the terminal.',
			['Try again', 'reconnect'],
		);
	}
	return notice('engine-refused', 'engine', 'failure', `The engine can’t work: ${detail}. ${remedy}`, [
		'Try again',
		'reconnect',
	]);
};

const catalogueNotices = ({ catalog, catalogFailure }: ViewState): Notice[] => {
	const found: Notice[] = [];
	if (catalogFailure !== null) {
		found.push(
			notice(
				'catalogue-refused',
				'catalogue',
				'failure',
				`${sentence(catalogFailure.detail)} ${catalogFailure.remedy}`,
				['Choose a folder', 'add-folder'],
			),
		);
	}
	if (catalog === null) return found;
	if (catalog.problem !== undefined) {
		found.push(
			notice(
				'indexing-stopped',
				'catalogue',
				'failure',
				`Indexing stopped: ${sentence(catalog.problem.detail)} What was finished is kept.`,
				['Try again', 'rescan'],
			),
		);
	}
	const working = workNotice(catalog);
	if (working !== null) found.push(working);
	if (catalog.folders.length === 0) {
		found.push(
			notice(
				'catalogue-empty',
				'catalogue',
				'neutral',
				'No music yet. Add a folder: files stay where they are and nothing is uploaded.',
				['Add folder', 'add-folder'],
			),
		);
	}
	for (const folder of catalog.folders) {
		const name = lastPart(folder.path);
		if (folder.state === 'offline') {
			found.push(
				notice(
					'drive-offline',
					'catalogue',
					'warning',
					`‘${name}’ is not connected. ${counted(folder.tracks, 'track')} hidden, none removed.`,
					['Look again', 'rescan'],
				),
			);
		} else if (folder.state === 'ready' && folder.tracks === 0) {
			const tried = folder.skipped.length === 0 ? '' : ` ${counted(folder.skipped.length, 'file')} could not be used.`;
			found.push(
				notice('folder-without-audio', 'catalogue', 'warning', `No music found in ‘${name}’.${tried}`, [
					'Add another folder',
					'add-folder',
				]),
			);
		}
	}
	const skipped = catalog.folders.reduce((sum, folder) => sum + folder.skipped.length, 0);
	if (skipped > 0) {
		found.push(
			notice('files-skipped', 'catalogue', 'warning', `${counted(skipped, 'file')} skipped.`, [
				'Show why',
				'show-skipped',
			]),
		);
	}
	return found;
};

const workNotice = (catalog: NonNullable<ViewState['catalog']>): Notice | null => {
	const { indexing } = catalog;
	const isPaused = catalog.folders.some(({ state }) => state === 'paused');
	if (isPaused) {
		const at = indexing === null ? '' : ` at ${grouped(indexing.done)} of ${grouped(indexing.total)}`;
		const use =
			catalog.tracks === 0
				? ''
				: ` Suggestions use the ${counted(catalog.tracks, 'track')} there ${catalog.tracks === 1 ? 'is' : 'are'}.`;
		return {
			...notice('paused', 'catalogue', 'warning', `Indexing is paused${at}.${use}`, ['Resume', 'resume']),
			...(indexing && { progress: { done: indexing.done, total: indexing.total } }),
		};
	}
	if (indexing === null) return null;
	const { done, total, perMinute, secondsLeft } = indexing;
	if (total === 0) return notice('scanning', 'catalogue', 'busy', 'Looking for music files…', ['Pause', 'pause']);
	const rate = perMinute === null ? '' : ` · ${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`;
	const left = secondsLeft === null ? '' : ` · about ${roughly(secondsLeft)} left`;
	const usable = catalog.tracks > 0 ? ' · you can search now' : '';
	return {
		...notice(
			'indexing',
			'catalogue',
			'busy',
			`Indexing ${grouped(done)} of ${grouped(total)}${rate}${left}${usable}`,
			['Pause', 'pause'],
		),
		progress: { done, total },
	};
};

const cutNotices = ({ cut }: ViewState): Notice[] => {
	switch (cut.state) {
		case 'none':
			return [
				notice('no-cut', 'cut', 'neutral', 'Drop a video or a timeline here: .mp4, .mov, .otio, .fcpxml, .xml, .edl.', [
					'Open a file',
					'open-cut',
				]),
			];
		case 'opening': {
			const { progress, source } = cut;
			const id = progress?.stage === UPLOADING ? 'uploading' : 'opening';
			const stage =
				progress === null ? `Opening ${nameOf(source)}` : `${capitalised(progress.stage)}${share(progress)}`;
			return [
				{ ...notice(id, 'cut', 'busy', stage, ['Cancel', 'cancel']), progress: progress ?? { done: 0, total: null } },
			];
		}
		case 'failed':
			return [
				notice(
					'cut-failed',
					'cut',
					'failure',
					`${sentence(cut.failure.detail)} ${cut.failure.remedy}`,
					cut.failure.code === 'engine-lost' ? ['Try again', 'retry-cut'] : ['Open another file', 'open-cut'],
				),
			];
		case 'open':
			return openCutNotices(cut);
	}
};

/** The stage of sending a dropped file to the engine. */
export const UPLOADING = 'copying the file to the engine';

const openCutNotices = ({ cut, range }: OpenCut): Notice[] => {
	const found: Notice[] = [];
	const length = range.end - range.start;
	if (length > LONG_CUT) {
		found.push(
			notice(
				'very-long',
				'cut',
				'warning',
				`${roughly(length)} are more than one piece of music. Pick a range first; the whole works too, but coarsely.`,
				['Choose a range', 'choose-range'],
			),
		);
	}
	if (length <= SHORT_RANGE) {
		found.push(
			notice(
				'very-short',
				'cut',
				'neutral',
				`${roughly(length)}: short enough for a sting or an ending, not for a passage.`,
				length < cut.duration ? ['Use the whole cut', 'whole-range'] : null,
			),
		);
	}
	if (!cut.boundaries.some(({ seconds }) => seconds > range.start && seconds < range.end)) {
		found.push(
			notice('no-cuts', 'cut', 'neutral', 'No cuts here: the music is matched to look and energy, not to cut timing.'),
		);
	}
	if (cut.pictureUrl === null) {
		found.push(
			notice(
				'no-picture',
				'cut',
				'warning',
				'The browser can’t play this picture. Music is still found for it and plays along the strip.',
				['Open another file', 'open-cut'],
			),
		);
	}
	return found;
};

const resultNotices = (state: ViewState): Notice[] => {
	const { cut } = state;
	if (cut.state !== 'open') return [];
	const results = resultsOf(cut);
	switch (cut.search.state) {
		case 'running': {
			const { progress } = cut.search;
			const stage =
				progress === null
					? `Looking through ${counted(state.catalog?.tracks ?? 0, 'track')}`
					: `${capitalised(progress.stage)}${share(progress)}`;
			return [
				{
					...notice('suggesting', 'results', 'busy', stage, ['Cancel', 'cancel']),
					progress: progress ?? { done: 0, total: null },
				},
			];
		}
		case 'failed': {
			const { code, detail, remedy } = cut.search.failure;
			if (code === 'range-empty') {
				return [
					notice('range-empty', 'results', 'failure', 'In and out hold nothing of the cut.', [
						'Use the whole cut',
						'whole-range',
					]),
				];
			}
			if (code === 'catalog-empty') {
				return [
					notice('suggest-failed', 'results', 'failure', 'There is no music to suggest yet.', [
						'Add folder',
						'add-folder',
					]),
				];
			}
			return [
				notice('suggest-failed', 'results', 'failure', `${sentence(detail)} ${remedy}`, ['Try again', 'suggest']),
			];
		}
		case 'idle':
			return (state.catalog?.tracks ?? 0) > 0
				? [
						notice(
							'ready-to-suggest',
							'results',
							'neutral',
							'Suggest finds passages of your music whose course follows this cut, three at first.',
							['Suggest', 'suggest'],
						),
					]
				: [];
		case 'done':
			return results === null ? [] : listNotices(state, cut, results);
	}
};

const listNotices = (state: ViewState, { range }: OpenCut, results: Results): Notice[] => {
	const { options, catalog } = state;
	if (!sameSpan(results.range, range) || !sameOptions(results.options, options)) {
		const what = sameSpan(results.range, range) ? 'The options' : 'The range';
		return [
			notice('list-outdated', 'results', 'warning', `${what} changed since this list.`, ['Suggest again', 'suggest']),
		];
	}
	if (results.suggestions.length === 0) {
		return [
			notice(
				'nothing-left',
				'results',
				'warning',
				results.considered === 0
					? 'The vocals filter leaves no track.'
					: 'No track is long enough to lie under this range.',
				options.vocals === 'any' ? ['Add folder', 'add-folder'] : ['Allow vocals', 'any-vocals'],
			),
		];
	}
	const added = (catalog?.tracks ?? 0) - results.tracksThen;
	const found: Notice[] = [];
	const top = results.suggestions.slice(0, 3);
	if (top.every(pick => has(pick, 'weak'))) {
		found.push(
			notice(
				'nothing-fits',
				'results',
				'warning',
				`Nothing fits well. The closest ${top.length === 1 ? 'one is' : `${top.length} are`} shown.`,
				options.vocals === 'any' ? ['Add folder', 'add-folder'] : ['Allow vocals', 'any-vocals'],
			),
		);
	} else if (top.every(pick => has(pick, 'no-steady-beat'))) {
		found.push(
			notice(
				'no-steady-beat',
				'results',
				'neutral',
				'No steady beat in these songs: they follow the picture’s energy instead of its cuts.',
			),
		);
	}
	if (added >= Math.max(ALL_PICKS, results.tracksThen / 10)) {
		found.push(
			notice('music-added', 'results', 'neutral', `${counted(added, 'track')} were added since this list.`, [
				'Suggest again',
				'suggest',
			]),
		);
	}
	return found;
};

const has = ({ reasons }: Suggestion, code: Suggestion['reasons'][number]['code']): boolean =>
	reasons.some(reason => reason.code === code);

const sameSpan = (a: Results['range'], b: Results['range']): boolean => a.start === b.start && a.end === b.end;

const sameOptions = (a: Results['options'], b: Results['options']): boolean =>
	a.vocals === b.vocals && a.distance === b.distance;

const share = ({ stage, done, total }: { stage: string; done: number; total: number | null }): string => {
	if (stage === UPLOADING && total !== null) return `: ${Math.floor((100 * done) / Math.max(1, total))} %`;
	return total === null ? `: ${grouped(done)}` : `: ${grouped(done)} of ${grouped(total)}`;
};

const sentence = (text: string): string => `${capitalised(text.replace(/\.$/, ''))}.`;

const notice = (
	id: NoticeId,
	place: Notice['place'],
	tone: Notice['tone'],
	text: string,
	action: readonly [string, NoticeCommand] | null = null,
): Notice => ({ id, place, tone, text, action: action && { label: action[0], command: action[1] } });
