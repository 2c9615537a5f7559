/**
 * Every way in which the world can fail us, with the exit code that the command line gives it and what to do about it.
 * Codes are stable: they stand in logs, in messages and in scripts. Exit codes: 2 the call was wrong, 3 the input can't be
 * used, 4 something is missing on this computer, 5 the engine or its data is at fault, 130 cancelled.
 */
export const ERRORS = {
	'bad-request': { exit: 2, remedy: 'See --help for what this takes.' },
	'not-found': { exit: 2, remedy: 'Check the name; nothing was changed.' },
	'file-missing': { exit: 3, remedy: 'Check the path and that the drive is connected.' },
	'file-empty': { exit: 3, remedy: 'The file holds no data; export or copy it again.' },
	'media-unreadable': { exit: 3, remedy: 'Play the file elsewhere to check it, or export it again.' },
	'media-encrypted': { exit: 3, remedy: 'Protected files cannot be analysed; use a copy without protection.' },
	'no-audio': { exit: 3, remedy: 'Choose a file with sound.' },
	'no-video': { exit: 3, remedy: 'Choose a file with a picture.' },
	'media-absurd': { exit: 3, remedy: 'Its stated size or length cannot be right; export it again.' },
	'timeline-unreadable': { exit: 3, remedy: 'Export the timeline again as OTIO, FCPXML, FCP7 XML or EDL.' },
	'track-busy': { exit: 3, remedy: 'Choose another audio track, or none for a new one; nothing was changed.' },
	'data-set-unusable': { exit: 3, remedy: 'Name a data set with more clips, or ask for less of it.' },
	'range-empty': { exit: 3, remedy: 'Choose an out point after the in point, inside the cut.' },
	'catalog-empty': { exit: 3, remedy: 'Add a folder of music: segue index FOLDER' },
	'folder-unreachable': { exit: 4, remedy: 'Mount or connect it at the same path as on the other computers.' },
	'folder-without-audio': { exit: 3, remedy: 'Choose a folder that holds music files.' },
	'data-unreadable': { exit: 3, remedy: 'See segue train --help for what data can be.' },
	'data-damaged': { exit: 3, remedy: 'Get that file again; the others are fine.' },
	'model-unfit': { exit: 3, remedy: 'Use a model that segue train made from your own media.' },
	'checkpoint-damaged': { exit: 3, remedy: 'Begin the training anew with --restart.' },
	'trainer-missing': { exit: 4, remedy: 'Install the package it names, or train with --trainer onnx.' },
	'ffmpeg-missing': { exit: 4, remedy: 'Install ffmpeg, or name it in FFMPEG_PATH; segue doctor prints the command.' },
	'model-missing': { exit: 4, remedy: 'Get the models folder again from the project.' },
	'model-damaged': { exit: 4, remedy: 'The file differs from the one we tested; get it again from the project.' },
	'device-unavailable': { exit: 4, remedy: 'Set SEGUE_DEVICE=auto to let Segue choose.' },
	'port-taken': { exit: 4, remedy: 'Close the program on that port, or choose one with --port.' },
	'engine-running': { exit: 4, remedy: 'Another Segue uses this data folder; use it, or stop it first.' },
	'version-mismatch': {
		exit: 4,
		remedy: 'Panel and engine differ in version; update the older one. Your index is kept.',
	},
	unauthorised: { exit: 4, remedy: 'Open the page with the link that Segue printed.' },
	'catalog-damaged': { exit: 5, remedy: 'Run segue catalog rescan; your music files are untouched.' },
	'catalog-unreachable': {
		exit: 5,
		remedy: 'Check the address in SEGUE_CATALOG and that its server runs; what was finished is kept.',
	},
	'catalog-read-only': { exit: 2, remedy: 'Change it from a computer whose SEGUE_CATALOG may write.' },
	'catalog-unsafe': {
		exit: 4,
		remedy: 'Prepare the database as docs/scaling.md shows: an ordinary role, and pgvector.',
	},
	'disk-full': { exit: 5, remedy: 'Free some space; what was finished is kept.' },
	'engine-lost': { exit: 5, remedy: 'Start it again with segue serve; what was finished is kept.' },
	'import-failed': { exit: 5, remedy: 'Check that the editing program plays the file; nothing was placed.' },
	'place-unverified': { exit: 5, remedy: 'Look at the timeline: what was read back differs from what was placed.' },
	'host-refused': { exit: 5, remedy: 'Try again; if it stays, restart the editing program.' },
	'no-host': { exit: 4, remedy: 'Open the Segue panel in the editing program, or open the edit as a file.' },
	'sequence-changed': { exit: 3, remedy: 'Read the sequence again; nothing was placed.' },
	'inference-failed': { exit: 5, remedy: 'Try SEGUE_DEVICE=cpu.' },
	internal: { exit: 5, remedy: 'Please report this with the output of --verbose.' },
	cancelled: { exit: 130, remedy: 'What was finished is kept.' },
} as const satisfies Record<string, { exit: number; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** The world's failure: a stable code, one sentence on what happened, and the cause. Never thrown for our own mistakes. */
export class EngineError extends Error {
	override readonly name = 'EngineError';

	constructor(
		readonly code: ErrorCode,
		detail: string,
		options?: { cause?: unknown },
	) {
		super(detail, options);
	}
}
