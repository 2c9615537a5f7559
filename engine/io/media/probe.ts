import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { MediaInfo } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import type { Rate, Seconds } from '../../time/time.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { constantRate, parseRate } from './frame-rate.js';
import { outputOf } from './program.js';
import { isProtectedMovie } from './protected-boxes.js';

/** What a file says of itself, with what the decoders need to know beside what everyone needs. */
export type Probed = MediaInfo & {
	/** ffprobe's name of the format, as 'mov,mp4,m4a,3gp,3g2,mj2'. */
	readonly container: string;
	readonly video:
		| (NonNullable<MediaInfo['video']> & {
				readonly stream: number;
				/** How long after the file's own beginning the first frame is shown. */
				readonly delay: Seconds;
				readonly pixelFormat: string;
		  })
		| null;
	readonly audio: (NonNullable<MediaInfo['audio']> & { readonly stream: number }) | null;
};

const LONGEST: Seconds = 48 * 3600;
const LARGEST = 16_384;
const SAMPLE_RATES = { least: 1000, most: 768_000 };
const MOST_CHANNELS = 64;

/** Formats that hold no recording, or that only name other files and addresses. */
const NOT_RECORDINGS = /^(image2|.*_pipe|tty|ffmetadata|hls|dash|imf|concatf?|sdp|rtsp|lavfi|webvtt|srt|ass)$/;

const DESCRIPTION_LIMIT = 4_000_000;

/**
 * Reads a file's description. A picture attached to a track, as covers are, is no video. Width and height are those of
 * the picture as it is shown upright, in pixels of the file. The frame rate is that of {@link constantRate}.
 *
 * @throws EngineError 'file-missing', 'file-empty', 'media-unreadable', 'media-encrypted' or 'media-absurd'
 */
export const probe = async (programs: Ffmpeg, path: string, signal?: AbortSignal): Promise<Probed> => {
	await requireFile(path);
	const { description, complaints } = await describe(programs, path, signal);
	const { format, streams } = description;
	const recorded = streams.filter(stream => !stream.disposition?.attached_pic);
	const videoStream = preferred(recorded.filter(stream => stream.codec_type === 'video'));
	const audioStream = preferred(recorded.filter(stream => stream.codec_type === 'audio'));

	if (NOT_RECORDINGS.test(format.format_name) || (!videoStream && !audioStream)) {
		throw new EngineError('media-unreadable', `${path} holds neither sound nor moving pictures`);
	}
	if (await isProtected(path, format.format_name, streams, complaints)) {
		throw new EngineError('media-encrypted', `${path} is protected against copying`);
	}
	const isGuess = format.duration === undefined || complaints.includes('Estimating duration from bitrate');
	const duration = isGuess ? await measuredDuration(programs, path, signal) : Number(format.duration);
	if (!(duration > 0 && duration <= LONGEST)) {
		throw new EngineError('media-absurd', `${path} claims to last ${duration} seconds`);
	}
	return {
		duration,
		container: format.format_name,
		video: videoStream ? videoOf(path, videoStream, Number(format.start_time ?? 0)) : null,
		audio: audioStream ? audioOf(path, audioStream) : null,
	};
};

/**
 * How any file is named to ffmpeg: with its protocol, so that nothing in a name is taken for an option or an address, and
 * with no protocol allowed that leaves this computer.
 */
export const inputArguments = (path: string): readonly string[] => [
	'-protocol_whitelist',
	'file,pipe',
	'-i',
	`file:${resolve(path)}`,
];

/**
 * Whether a file's format says where its key frames are. In one that does not, such as an MPEG transport stream, ffmpeg
 * may land behind the key frame that is needed, and then shows a later picture or none.
 */
export const hasIndex = ({ container }: Probed): boolean => /\b(mov|matroska|avi|mxf|asf)\b/.test(container);

const requireFile = async (path: string): Promise<void> => {
	const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
		const isMissing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
		throw isMissing
			? new EngineError('file-missing', `there is no file ${path}`, { cause })
			: new EngineError('media-unreadable', `${path} cannot be opened`, { cause });
	});
	if (!found.isFile()) {
		const what = found.isDirectory() ? 'a folder' : 'not a file';
		throw new EngineError('media-unreadable', `${path} is ${what}`);
	}
	if (found.size === 0) throw new EngineError('file-empty', `${path} is empty`);
};

const streamSchema = z.object({
	index: z.number(),
	codec_type: z.string().optional(),
	codec_name: z.string().default('unknown'),
	codec_tag_string: z.string().default(''),
	pix_fmt: z.string().default('unknown'),
	width: z.number().default(0),
	height: z.number().default(0),
	r_frame_rate: z.string().default('0/0'),
	avg_frame_rate: z.string().default('0/0'),
	start_time: z.string().optional(),
	sample_rate: z.string().optional(),
	channels: z.number().default(0),
	disposition: z.object({ attached_pic: z.number().default(0), default: z.number().default(0) }).optional(),
	side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
	tags: z.object({ rotate: z.string().optional(), enc_key_id: z.string().optional() }).default({}),
});

type Stream = z.infer<typeof streamSchema>;

const descriptionSchema = z.object({
	format: z.object({
		format_name: z.string(),
		duration: z.string().optional(),
		start_time: z.string().optional(),
	}),
	streams: z.array(streamSchema),
});

const ENTRIES = [
	'format=format_name,duration,start_time',
	'stream=index,codec_type,codec_name,codec_tag_string,pix_fmt,width,height,r_frame_rate,avg_frame_rate,start_time,sample_rate,channels',
	'stream_disposition=attached_pic,default',
	'stream_side_data=rotation',
	'stream_tags=rotate,enc_key_id',
].join(':');

const describe = async (programs: Ffmpeg, path: string, signal?: AbortSignal) => {
	const args = ['-v', 'warning', '-show_entries', ENTRIES, '-of', 'json', ...inputArguments(path)];
	const { code, output, complaints } = await outputOf(programs.ffprobe, args, DESCRIPTION_LIMIT, signal);
	if (code !== 0) {
		throw new EngineError('media-unreadable', `${path} is no recording that ffmpeg can read`, { cause: complaints });
	}
	const description = descriptionSchema.safeParse(JSON.parse(output.toString('utf8')));
	if (!description.success) {
		throw new EngineError('media-unreadable', `${path} is described incompletely`, { cause: description.error });
	}
	return { description: description.data, complaints };
};

/** The stream that its file marks as the default, else the first. */
const preferred = (streams: readonly Stream[]): Stream | undefined =>
	streams.find(stream => stream.disposition?.default) ?? streams[0];

const isProtected = async (path: string, container: string, streams: readonly Stream[], complaints: string) =>
	// Of the three, Matroska and WebM tag the stream, ASF makes ffmpeg complain, and MP4 says it in its boxes only.
	streams.some(stream => stream.tags.enc_key_id !== undefined) ||
	complaints.includes('DRM protected stream') ||
	(container.includes('mp4') && (await isProtectedMovie(path)));

/** Browsers and live encoders write files without a length: the last time stamp of a pass without decoding tells it. */
const measuredDuration = async (programs: Ffmpeg, path: string, signal?: AbortSignal): Promise<Seconds> => {
	const args = ['-v', 'error', '-nostdin', ...inputArguments(path)];
	args.push('-map', '0:v?', '-map', '0:a?', '-c', 'copy', '-progress', 'pipe:1', '-f', 'null', '-');
	const { output } = await outputOf(programs.ffmpeg, args, DESCRIPTION_LIMIT, signal);
	const stamps = [...output.toString('utf8').matchAll(/^out_time_us=(\d+)$/gm)].map(match => Number(match[1]));
	return stamps.length === 0 ? 0 : Math.max(...stamps) / 1e6;
};

const videoOf = (path: string, stream: Stream, fileStart: Seconds): NonNullable<Probed['video']> => {
	const rate = constantRate(parseRate(stream.avg_frame_rate), parseRate(stream.r_frame_rate));
	const { width, height } = upright(stream);
	const isSize = (pixels: number) => Number.isInteger(pixels) && pixels > 0 && pixels <= LARGEST;
	if (!isSize(width) || !isSize(height) || rate === null) {
		const claim = `${width} × ${height} pixels, ${stream.avg_frame_rate} frames a second`;
		throw new EngineError('media-absurd', `${path} claims ${claim}`);
	}
	return {
		rate: reduced(rate),
		width,
		height,
		codec: stream.codec_name,
		stream: stream.index,
		delay: Math.max(0, Number(stream.start_time ?? fileStart) - fileStart) || 0,
		pixelFormat: stream.pix_fmt,
	};
};

const upright = ({ width, height, side_data_list, tags }: Stream): { width: number; height: number } => {
	const rotation = side_data_list.find(data => data.rotation !== undefined)?.rotation ?? Number(tags.rotate ?? 0);
	return Math.abs(rotation) % 180 === 90 ? { width: height, height: width } : { width, height };
};

const reduced = ({ numerator, denominator }: Rate): Rate => {
	const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
	const common = divisor(numerator, denominator);
	return { numerator: numerator / common, denominator: denominator / common };
};

const audioOf = (path: string, stream: Stream): NonNullable<Probed['audio']> => {
	const sampleRate = Number(stream.sample_rate ?? 0);
	const { channels } = stream;
	const { least, most } = SAMPLE_RATES;
	if (!(sampleRate >= least && sampleRate <= most && channels >= 1 && channels <= MOST_CHANNELS)) {
		throw new EngineError('media-absurd', `${path} claims ${channels} channels of ${sampleRate} samples a second`);
	}
	return { sampleRate, channels, codec: stream.codec_name, stream: stream.index };
};
