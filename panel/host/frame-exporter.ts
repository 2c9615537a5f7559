import type { premierepro } from '@adobe/premierepro';
import type { HostParams } from '../../engine/protocol/host.js';
import type { Clock } from './clock.js';
import { refused } from './failure.js';
import { wantedSequence } from './place.js';

/** The folder that Premiere writes pictures to, and reading them there. */
export type FrameFiles = {
	/** As Premiere is told of it. */
	readonly folder: string;
	names(): readonly string[];
	size(name: string): number;
	read(name: string): Uint8Array;
	remove(name: string): void;
};

/** Milliseconds between two looks for a picture, and the most of them. */
const LOOKS = 40;
const LONGEST_EXPORT = 8000;

/**
 * Pictures of the active sequence, one after the other: Premiere renders them in the order in which they are asked, says
 * that it is done before the file is there, and may write its ending twice. A name is never used again, so that no older
 * picture is taken for a new one.
 *
 * @param prefix - of the files' names, used by nobody else
 * @param send - takes each PNG file; resolves when the next may come
 * @param isWanted - false once nobody waits for the rest
 * @returns how many were sent; those that Premiere does not render are left out
 */
export const exportFrames = async (
	ppro: premierepro,
	{ sequence: id, times, width, height }: HostParams<'frames'>,
	{ files, clock, prefix }: { readonly files: FrameFiles; readonly clock: Clock; readonly prefix: string },
	send: (index: number, picture: Uint8Array) => Promise<void>,
	isWanted: () => boolean,
): Promise<number> => {
	let sent = 0;
	for (const [index, ticks] of times.entries()) {
		if (!isWanted()) break;
		const { sequence } = await wantedSequence(ppro, id);
		const stem = `${prefix}-${index}`;
		const time = ppro.TickTime.createWithTicks(ticks);
		let isRendered: boolean;
		try {
			isRendered = await ppro.Exporter.exportSequenceFrame(sequence, time, `${stem}.png`, files.folder, width, height);
		} catch (cause) {
			throw refused('Premiere can’t export pictures of the sequence', cause);
		}
		const name = isRendered ? await written(files, stem, clock) : null;
		if (name === null) continue;
		const picture = files.read(name);
		files.remove(name);
		await send(index, picture);
		sent++;
	}
	return sent;
};

/** The name of the file once it is there and has stopped growing; null where it does not come. */
const written = async (files: FrameFiles, stem: string, clock: Clock): Promise<string | null> => {
	let last = 0;
	for (let waited = 0; waited < LONGEST_EXPORT; waited += LOOKS) {
		const name = files.names().find(candidate => candidate === `${stem}.png` || candidate === `${stem}.png.png`);
		const size = name === undefined ? 0 : files.size(name);
		if (name !== undefined && size > 0 && size === last) return name;
		last = size;
		await clock.wait(LOOKS);
	}
	return null;
};
