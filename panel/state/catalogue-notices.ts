import type { ErrorCode } from '../../engine/protocol/errors.js';
import { type Notice, notice, sentence } from './notice.js';
import type { ViewState } from './view-state.js';
import { counted, grouped, lastPart, roughly } from './words.js';

/** What there is to say of the music: indexing, folders, files that were skipped. */
export const catalogueNotices = ({ catalog, catalogFailure }: ViewState): Notice[] => {
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
			const text = `‘${name}’ is not connected. ${counted(folder.tracks, 'track')} hidden, none removed.`;
			found.push({
				...notice('drive-offline', 'catalogue', 'warning', text, ['Look again', 'rescan']),
				about: folder.path,
			});
		} else if (folder.state === 'ready' && folder.tracks === 0) {
			const tried = folder.skipped.length === 0 ? '' : ` ${counted(folder.skipped.length, 'file')} could not be used.`;
			const text = `No music found in ‘${name}’.${tried}`;
			found.push({
				...notice('folder-without-audio', 'catalogue', 'warning', text, ['Add another folder', 'add-folder']),
				about: folder.path,
			});
		}
	}
	const skipped = catalog.folders.flatMap(folder => folder.skipped.map(({ code }) => code));
	if (skipped.length > 0) {
		found.push(
			notice(
				'files-skipped',
				'catalogue',
				'warning',
				`${counted(skipped.length, 'file')} skipped (${kindsOf(skipped)}).`,
				['Show why', 'show-skipped'],
			),
		);
	}
	return found;
};

/** How many of each kind: 2 unreadable, 1 without sound. */
const kindsOf = (codes: readonly ErrorCode[]): string =>
	[...new Set(codes)]
		.map(kind => `${codes.filter(code => code === kind).length} ${KINDS[kind] ?? kind.replaceAll('-', ' ')}`)
		.join(', ');

const KINDS: Readonly<Partial<Record<ErrorCode, string>>> = {
	'file-empty': 'empty',
	'file-missing': 'gone',
	'media-absurd': 'of impossible length',
	'media-encrypted': 'protected',
	'media-unreadable': 'unreadable',
	'no-audio': 'without sound',
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
	const { done, total, perMinute, secondsLeft, renewed, embedding } = indexing;
	if (embedding !== undefined) {
		const text = `Preparing the model that compares: ${grouped(embedding.done)} of ${counted(embedding.total, 'track')}. Old results still work.`;
		return { ...notice('embedding', 'catalogue', 'busy', text), progress: embedding };
	}
	if (total === 0) return notice('scanning', 'catalogue', 'busy', 'Looking for music files…', ['Pause', 'pause']);
	const rate = perMinute === null ? '' : ` · ${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`;
	const left = secondsLeft === null ? '' : ` · about ${roughly(secondsLeft)} left`;
	if (2 * renewed > total) {
		const text = `Better analysis available: ${grouped(done)} of ${grouped(total)} updated${left}. Old results still work.`;
		return { ...notice('renewing', 'catalogue', 'busy', text, ['Later', 'pause']), progress: { done, total } };
	}
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
