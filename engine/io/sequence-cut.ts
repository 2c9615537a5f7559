import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CutBoundary } from '../features/cut-analysis.js';
import type { HostLink } from '../jobs/host-link.js';
import type { Progress } from '../jobs/ports.js';
import { EngineError } from '../protocol/errors.js';
import type { HostSnapshot } from '../protocol/host.js';
import { TICKS_PER_SECOND } from '../time/ticks.js';
import { type Rate, type TimeRange, toSeconds } from '../time/time.js';
import { audiblePieces } from '../timelines/audible-pieces.js';
import { minus } from '../timelines/fraction.js';
import { hostTimeline, ticksToSeconds } from '../timelines/host-timeline.js';
import { nearestFrame } from '../timelines/rates.js';
import type { Timeline } from '../timelines/timeline.js';
import { cutBoundaries, type VisiblePiece, visiblePieces } from '../timelines/visible-cut.js';
import type { Edit, EditPicture } from './media/edit.js';
import type { FfmpegMedia } from './media/media.js';
import { createSourceStarts, pictureOf } from './timeline-cut.js';
import { filesAt } from './timeline-file.js';

/** A sequence of an editing program as something to look at. Boundaries are in frames of the range. */
export type SequenceCut = {
	readonly boundaries: readonly CutBoundary[];
	readonly edit: Edit;
	/** Names of clips whose media is neither on this computer nor rendered by the program. */
	readonly offline: readonly string[];
};

/** Size of the pictures that a program renders for us: 16 to 9, as much as the networks look at. */
const RENDERED = { width: 640, height: 360 };

/**
 * Reads a snapshot as a cut over its range. Clips with a file on this computer are decoded from it; for what has none the
 * program renders one picture a second.
 *
 * @param folder - where the rendered pictures are kept meanwhile
 * @param rendered - lets the program render everything: what the editor sees, with effects
 * @throws EngineError 'range-empty', or what the program answers
 */
export const readSequenceCut = async (
	snapshot: HostSnapshot,
	link: HostLink,
	media: Pick<FfmpegMedia, 'probe'>,
	folder: string,
	rendered: boolean,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<SequenceCut> => {
	const timeline = hostTimeline(snapshot);
	const range = rangeOf(snapshot, timeline);
	if (range.duration <= 0) {
		throw new EngineError('range-empty', `The sequence ${snapshot.sequence.name} shows nothing in its range.`);
	}
	const found = await filesAt(timeline);
	const starts = createSourceStarts(media, signal);
	const pictures: (EditPicture | VisiblePiece)[] = [];
	for (const piece of visiblePieces(timeline, range)) {
		const from = rendered ? null : await pictureOf(piece, found, starts);
		if (from !== null || piece.source.kind === 'black') pictures.push({ frames: piece.range.duration, from });
		else pictures.push(piece);
	}
	const waiting = pictures.filter(isPiece);
	const shown = await renderedPictures(waiting, timeline.rate, snapshot, link, folder, onProgress, signal);
	const offline = waiting.filter(piece => shown.get(piece)?.every(({ from }) => from === null)).map(({ name }) => name);
	const start = toSeconds(range.start, range.rate);
	const end = toSeconds(range.start + range.duration, range.rate);
	const sounds = await Promise.all(
		audiblePieces(timeline).map(async sound => {
			const path = found.get(sound.source.url);
			const from = Math.max(start, sound.start);
			const duration = Math.min(end, sound.start + sound.duration) - from;
			if (!path || duration <= 0) return null;
			const at = await starts(path, sound.sourceStart + (from - sound.start) * sound.speed);
			return { path, at, speed: sound.speed, start: from - start, duration };
		}),
	);
	return {
		boundaries: cutBoundaries(timeline, range).map(boundary => {
			const frame = boundary.frame - range.start;
			return { ...boundary, frame, seconds: toSeconds(frame, timeline.rate) };
		}),
		edit: {
			rate: timeline.rate,
			pictures: pictures.flatMap(picture => (isPiece(picture) ? shown.get(picture)! : [picture])),
			sounds: sounds.filter(sound => sound !== null),
		},
		offline: [...new Set(offline)],
	};
};

/** The in/out range of a snapshot in whole frames of its sequence. */
const rangeOf = ({ range }: HostSnapshot, { rate, duration }: Timeline): TimeRange => {
	const start = Math.max(0, nearestFrame(ticksToSeconds(range.start), rate));
	const length = nearestFrame(minus(ticksToSeconds(range.end), ticksToSeconds(range.start)), rate);
	return { start, duration: Math.min(length, duration - start), rate };
};

const isPiece = (picture: EditPicture | VisiblePiece): picture is VisiblePiece => 'range' in picture;

type Still = { readonly piece: VisiblePiece; readonly frame: number; readonly frames: number };

/** Every piece as stills of at most a second, from pictures that the program renders in their middles. */
const renderedPictures = async (
	pieces: readonly VisiblePiece[],
	rate: Rate,
	{ sequence }: HostSnapshot,
	link: HostLink,
	folder: string,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<Map<VisiblePiece, EditPicture[]>> => {
	const stills = pieces.flatMap(piece => stillsOf(piece, rate));
	const files = new Map<number, string>();
	if (stills.length > 0) {
		const times = stills.map(({ frame }) => String(BigInt(frame) * frameTicks(rate)));
		const stage = 'taking pictures from the editing program';
		onProgress({ stage, done: 0, total: stills.length });
		await link.frames(
			{ sequence: sequence.id, times, ...RENDERED },
			async (index, picture) => {
				const file = join(folder, `${index}.png`);
				await writeFile(file, picture);
				files.set(index, file);
				onProgress({ stage, done: files.size, total: stills.length });
			},
			signal,
		);
	}
	const shown = new Map<VisiblePiece, EditPicture[]>(pieces.map(piece => [piece, []]));
	for (const [index, { piece, frames }] of stills.entries()) {
		const path = files.get(index);
		shown.get(piece)!.push({ frames, from: path === undefined ? null : { path, at: 0, speed: 1, reversed: false } });
	}
	return shown;
};

const stillsOf = (piece: VisiblePiece, rate: Rate): Still[] => {
	const { start, duration } = piece.range;
	const second = Math.max(1, Math.round(rate.numerator / rate.denominator));
	return Array.from({ length: Math.ceil(duration / second) }, (_, k) => {
		const frames = Math.min(second, duration - k * second);
		return { piece, frame: start + k * second + Math.floor(frames / 2), frames };
	});
};

const frameTicks = ({ numerator, denominator }: Rate): bigint =>
	(TICKS_PER_SECOND * BigInt(denominator)) / BigInt(numerator);
