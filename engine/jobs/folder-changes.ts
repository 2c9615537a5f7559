import { ANALYSIS_VERSION } from '../features/track-analysis.js';
import { type FileStamp, isInside, type Skipped, sameStamp, type TrackRecord } from './catalog.js';

/** A music file as it lies in a folder. */
export type FoundFile = { readonly path: string; readonly stamp: FileStamp };

/** What looking through a folder found. */
export type FolderScan =
	/** Its root can't be reached: a drive that is offline. */
	| { readonly state: 'offline' }
	| {
			readonly state: 'scanned';
			readonly files: readonly FoundFile[];
			/** Folders and files in it that couldn't be looked at. What is known below them stays. */
			readonly unread: readonly string[];
			/** Whether the root holds anything at all, music or not. */
			readonly empty: boolean;
	  };

/** How a scanned folder differs from what the catalogue knows of it. */
export type FolderChanges = {
	/** Files to be read: new, changed, or analysed by an older version. */
	readonly work: readonly FoundFile[];
	/** Tracks whose file is there no more. */
	readonly vanished: readonly TrackRecord[];
	/** Paths once skipped whose file is there no more. */
	readonly forgotten: readonly string[];
	readonly unchanged: number;
};

/**
 * Compares by path and stamp only, so a file that didn't change costs no reading. Files that were skipped count as
 * unchanged until their stamp differs.
 */
export const folderChanges = (
	{ files, unread }: Extract<FolderScan, { state: 'scanned' }>,
	tracks: readonly TrackRecord[],
	skipped: readonly (Skipped & { readonly stamp: FileStamp })[],
): FolderChanges => {
	const settled = new Map([
		...tracks.filter(track => track.analysisVersion === ANALYSIS_VERSION).map(stampOf),
		...skipped.map(stampOf),
	]);
	const found = new Set(files.map(({ path }) => path));
	const isGone = ({ path }: { readonly path: string }): boolean =>
		!found.has(path) && !unread.some(unreadable => isInside(path, unreadable));
	const work = files.filter(({ path, stamp }) => {
		const before = settled.get(path);
		return !before || !sameStamp(before, stamp);
	});
	return {
		work,
		vanished: tracks.filter(isGone),
		forgotten: skipped.filter(isGone).map(({ path }) => path),
		unchanged: files.length - work.length,
	};
};

const stampOf = ({ path, stamp }: { readonly path: string; readonly stamp: FileStamp }) => [path, stamp] as const;

/**
 * The order in which files are analysed so that the catalogue is useful early: by turns the newest of those left, which
 * the editor may have just bought, and the one that is expected to be done soonest.
 */
export const usefulOrder = <File extends FoundFile>(files: readonly File[]): File[] => {
	const newest = files.toSorted((a, b) => b.stamp.modified - a.stamp.modified || byPath(a, b));
	const shortest = files.toSorted((a, b) => expectedSeconds(a) - expectedSeconds(b) || byPath(a, b));
	const ordered = new Set<File>();
	for (let k = 0; k < files.length; k++) {
		ordered.add(newest[k]!);
		ordered.add(shortest[k]!);
	}
	return [...ordered];
};

/** About how many seconds of sound a file holds, by its size and the usual bit rate of its kind. */
export const expectedSeconds = ({ path, stamp }: FoundFile): number => {
	const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
	return stamp.size / (BYTES_A_SECOND[extension] ?? 24_000);
};

/** Uncompressed at 48 kHz stereo 16 bit, lossless at about half of that; all others near 192 kbit/s. */
const BYTES_A_SECOND: Readonly<Record<string, number>> = {
	wav: 192_000,
	aif: 192_000,
	aiff: 192_000,
	aifc: 192_000,
	flac: 100_000,
};

const byPath = (a: FoundFile, b: FoundFile): number => (a.path < b.path ? -1 : 1);
