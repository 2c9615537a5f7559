import type { CutBoundary } from '../features/cut-analysis.js';
import { EngineError } from '../protocol/errors.js';
import { nearestUnit, type Rate, type Seconds, toSeconds } from '../time/time.js';
import { type AudiblePiece, audiblePieces } from '../timelines/audible-pieces.js';
import type { Timeline } from '../timelines/timeline.js';
import { cutBoundaries, type VisiblePiece, visiblePieces } from '../timelines/visible-cut.js';
import type { Edit, EditPicture } from './media/edit.js';
import { isStill } from './media/edit-frames.js';
import type { FfmpegMedia } from './media/media.js';
import { findMedia, pictureBeside, readTimeline } from './timeline-file.js';

/** A timeline as something to look at, with its own boundaries in frames of that picture. */
export type TimelineCut = {
	readonly name: string;
	readonly boundaries: readonly CutBoundary[];
	readonly picture: /** A finished video of the same name and length beside it. */
		| { readonly kind: 'rendered'; readonly path: string }
		/** To be put together from the media that the timeline names. */
		| { readonly kind: 'edit'; readonly edit: Edit };
	/** Names of clips whose media was not found, each once. */
	readonly offline: readonly string[];
};

/** A rendered picture may be this much longer or shorter than its timeline; more, and it shows something else. */
const SAME_LENGTH: Seconds = 0.5;

/**
 * Reads a timeline file as a cut. The picture is a rendered video beside the file where there is one, and else what the
 * clips' own media shows.
 *
 * @throws EngineError 'no-video' where neither is found, 'range-empty' for a timeline without a frame, or what
 * {@link readTimeline} throws
 */
export const readTimelineCut = async (
	path: string,
	media: Pick<FfmpegMedia, 'probe'>,
	signal?: AbortSignal,
): Promise<TimelineCut> => {
	const beside = await renderedPicture(path, media, signal);
	const timeline = await readTimeline(path, { ...(beside && { rate: beside.rate }), ...(signal && { signal }) });
	if (timeline.duration === 0)
		throw new EngineError('range-empty', `${path} shows nothing: its timeline has no length.`);
	const name = timeline.name || path;
	const length = toSeconds(timeline.duration, timeline.rate);
	if (beside && Math.abs(beside.duration - length) <= SAME_LENGTH) {
		const boundaries = cutBoundaries(timeline).map(boundary => ({
			...boundary,
			frame: nearestUnit(boundary.seconds, beside.rate),
		}));
		return { name, boundaries, picture: { kind: 'rendered', path: beside.path }, offline: [] };
	}
	return { name, boundaries: cutBoundaries(timeline), ...(await editOf(timeline, path, media, signal)) };
};

const renderedPicture = async (path: string, media: Pick<FfmpegMedia, 'probe'>, signal?: AbortSignal) => {
	const video = await pictureBeside(path);
	if (video === null) return null;
	const info = await media.probe(video, signal);
	return info.video && { path: video, rate: info.video.rate, duration: info.duration };
};

const editOf = async (
	timeline: Timeline,
	path: string,
	media: Pick<FfmpegMedia, 'probe'>,
	signal?: AbortSignal,
): Promise<Pick<TimelineCut, 'picture' | 'offline'>> => {
	const found = await findMedia(timeline, path);
	const starts = createSourceStarts(media, signal);
	const pictures: EditPicture[] = [];
	const offline = new Set<string>();
	for (const piece of visiblePieces(timeline)) {
		const from = await pictureOf(piece, found, starts);
		if (from === null && (piece.source.kind === 'media' || piece.source.kind === 'offline')) offline.add(piece.name);
		pictures.push({ frames: piece.range.duration, from });
	}
	if (offline.size > 0 && pictures.every(({ from }) => from === null)) {
		throw new EngineError(
			'no-video',
			`None of the ${offline.size} clips of ${path} is found on this computer, and no video of the same name lies beside it.`,
		);
	}
	const sounds = await Promise.all(
		audiblePieces(timeline).map(async ({ source, start, duration, sourceStart, speed }) => {
			const file = found.get(source.url);
			return file ? { path: file, at: await starts(file, sourceStart), speed, start, duration } : null;
		}),
	);
	const edit: Edit = { rate: timeline.rate, pictures, sounds: sounds.filter(sound => sound !== null) };
	return { picture: { kind: 'edit', edit }, offline: [...offline] };
};

/** What shows a piece; null where no file on this computer does. */
export const pictureOf = async (
	{ source, sourceStart, speed, reversed }: VisiblePiece,
	found: ReadonlyMap<string, string | null>,
	starts: SourceStarts,
): Promise<EditPicture['from']> => {
	const file = source.kind === 'media' ? found.get(source.url) : null;
	if (!file) return null;
	const at = isStill(file) ? 0 : await starts(file, sourceStart);
	return { path: file, at, speed: ratioOf(speed), reversed };
};

const ratioOf = ({ numerator, denominator }: Rate): number => numerator / denominator;

export type SourceStarts = (file: string, stated: AudiblePiece['sourceStart']) => Promise<Seconds>;

/**
 * Where in a file a stated source time lies. A list that does not say when its media begins counts from the media's
 * timecode, which customarily starts at a whole hour: a time beyond the file's end loses its hours.
 */
export const createSourceStarts =
	(media: Pick<FfmpegMedia, 'probe'>, signal?: AbortSignal): SourceStarts =>
	async (file, stated) => {
		const duration = await media.probe(file, signal).then(
			info => info.duration,
			() => Number.POSITIVE_INFINITY,
		);
		return stated <= duration ? stated : stated % 3600;
	};
