import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EngineError } from '../../../protocol/errors.js';
import {
	type CutView,
	type DistanceName,
	distanceNames,
	MOST_SUGGESTIONS,
	type RankingMethod,
	rankingMethods,
	type Suggestion,
} from '../../../protocol/messages.js';
import type { Span } from '../../../time/time.js';
import { parseTime } from '../../../time/timecode.js';
import { reading } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { clockTime, counted } from '../words.js';
import { openCut } from './shots.js';
import { suggestFootageFor } from './suggest-footage.js';
import { type WishOptions, wishesOfOptions } from './wishes.js';

type Options = {
	readonly in?: string;
	readonly out?: string;
	readonly top: number;
	readonly distance?: DistanceName;
	readonly vocals: 'auto' | 'instrumental' | 'any';
	readonly tempo?: Bounds;
	readonly duration?: Bounds;
	readonly folder?: readonly string[];
	readonly favourites?: boolean;
	readonly ranking?: RankingMethod;
	readonly forMusic?: string;
	readonly videos?: string;
} & WishOptions;

type Bounds = { readonly from?: number; readonly to?: number };

export const addSuggestCommand = (program: Command, world: World): void => {
	program
		.command('suggest')
		.argument('[cut]', 'the edited video, or its timeline: .otio, .fcpxml, FCP 7 .xml, .edl')
		.description('Suggest crops of the catalogue’s music for a cut.')
		.option('--in <time>', 'start of the range in the cut (default: its start)')
		.option('--out <time>', 'end of the range in the cut (default: its end)')
		.option('--top <n>', `how many to suggest, 1 to ${MOST_SUGGESTIONS}`, readTop, 3)
		.addOption(new Option('--distance <name>', 'how cut and music are compared').choices(distanceNames))
		.addOption(
			new Option('--vocals <which>', 'auto leaves out singing where the cut has speech')
				.choices(['auto', 'instrumental', 'any'])
				.default('auto'),
		)
		.option('--tempo <from-to>', 'only tracks of so many beats a minute', readBounds)
		.option('--duration <from-to>', 'only tracks that last so many seconds', readBounds)
		.option('--folder <folders...>', 'only tracks in these folders')
		.option('--favourites', 'only tracks that were made favourites on the page')
		.option('--for-music <track>', 'the other direction: which videos does this song fit, with --videos')
		.option('--videos <folder>', 'the videos that --for-music ranks')
		.addOption(
			new Option('--ranking <method>', 'how the catalogue is gone through (default: by its size)').choices(
				rankingMethods,
			),
		)
		.option('--words <labels>', 'what it should sound like, as "piano,calm,loud:-1"')
		.option('--like <song...>', 'tracks to sound like; "song@30-60" for seconds of one')
		.option('--unlike <song...>', 'tracks not to sound like')
		.option('--after <song>', 'near this one in tempo and key')
		.addHelpText(
			'after',
			`
A time is seconds (12.5), a clock (1:02.5) or a timecode at the cut's own frame rate (00:01:02:12, drop-frame 00:01:02;12).
Every suggestion is a crop: the part of the song from its start to its end plays under the range. The score is
comparable within one answer only; the reasons are facts counted on the crop itself.
Bounds are 90-120, 90- or -120, ends included; --tempo leaves out tracks without a beat. What is left out takes no part in
the ranking at all. Every way of ranking ends with exact distances; two-stage and sketched save time in large catalogues
and may miss a track that exact finds (npm run bench -- ranking measures how seldom).

Examples:
  segue suggest cut.mp4
  segue suggest cut.mp4 --in 00:00:10:00 --out 40 --top 5 --vocals instrumental
  segue suggest cut.mp4 --words "piano,loud:-1" --like "Night Ride@30-60"
  segue suggest cut.mp4 --distance sw-dtw --json
  segue suggest --for-music song.flac --videos ~/Edits
  segue suggest cut.mp4 --tempo 90-120 --duration 60- --folder ~/Music/Trailers

With --json: {"suggestions": [{"track": {"path", "title", "artist"}, "crop": {"start", "end"}, "range": {"start", "end"},
"score", "distance": {"name", "value"}, "segments": [{"cut", "music", "similarity"}], "reasons": [{"code", "text"}]}],
"considered", "cut": {"path", "duration"}, "waiting"?: {"model", "tracks"}}; all times in seconds. With --for-music: {"song", "suggestions": [{"video": {"path",
"duration"}, "distance", "crop", "reasons"}], "considered", "skipped"}, nearest first.`,
		)
		.action(async (path: string | undefined, options: Options, command: Command) => {
			const context = contextOf(world, command);
			const { forMusic, videos } = options;
			if (forMusic !== undefined && videos !== undefined && path === undefined) {
				await suggestFootageFor(context, forMusic, videos, options);
				return;
			}
			if (forMusic !== undefined || videos !== undefined || path === undefined) {
				throw new EngineError('bad-request', 'name a cut, or --for-music and --videos together');
			}
			const { cut, answer } = await reading(context, async engine => {
				// Before the cut is looked at, which takes longer.
				const { tracks } = await engine.ask('catalog.state', {});
				if (tracks === 0) throw new EngineError('catalog-empty', 'there is no music in the catalogue yet');
				const cut = await openCut(engine, context, path);
				const range = rangeOf(cut, options);
				const { top, vocals, distance, ranking } = options;
				const filter = filterOf(options);
				const wishes = await wishesOfOptions(engine, options);
				const answer = await engine.ask(
					'suggest',
					{
						cut: cut.id,
						top,
						vocals,
						...(filter && { filter }),
						...(range && { range }),
						...(distance && { distance }),
						...(ranking && { ranking }),
						...(wishes && { wishes }),
					},
					undefined,
					context.signal,
				);
				return { cut, answer };
			});
			const { suggestions, considered, waiting } = answer;
			if (waiting) {
				context.terminal.note(
					`compared by affect: ${waiting.model} lacks ${counted(waiting.tracks, 'track')}; segue model use ${waiting.model} gives it them`,
				);
			}
			context.terminal.answer(
				{
					suggestions: suggestions.map(shown),
					considered,
					cut: { path, duration: cut.duration },
					...(waiting && { waiting }),
				},
				[
					...suggestions.map(described),
					`${counted(suggestions.length, 'suggestion')} out of ${counted(considered, 'track')}`,
				].join('\n\n'),
			);
		});
};

const readTop = (text: string): number => {
	const top = Number(text);
	if (!Number.isInteger(top) || top < 1 || top > MOST_SUGGESTIONS) {
		throw new InvalidArgumentError(`It is a whole number, 1 to ${MOST_SUGGESTIONS}.`);
	}
	return top;
};

const readBounds = (text: string): Bounds => {
	const [, from, to] = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?$/.exec(text) ?? [];
	if (from === undefined && to === undefined) throw new InvalidArgumentError('Bounds are 90-120, 90- or -120.');
	return { ...(from !== undefined && { from: Number(from) }), ...(to !== undefined && { to: Number(to) }) };
};

const filterOf = ({ tempo, duration, folder, favourites }: Options) =>
	tempo || duration || folder || favourites
		? {
				...(tempo && { tempo }),
				...(duration && { duration }),
				...(folder && { folders: folder.map(path => resolve(path)) }),
				...(favourites && { favourites }),
			}
		: null;

/** Null for the whole cut. Throws 'range-empty' where the out point does not come after the in point. */
export const rangeOf = (cut: CutView, options: Pick<Options, 'in' | 'out'>): Span | null => {
	if (options.in === undefined && options.out === undefined) return null;
	const read = (name: string, text: string): number => {
		const time = parseTime(text, cut.rate);
		if (time === null) throw new EngineError('bad-request', `--${name} ${text} is no time`);
		return time;
	};
	const start = options.in === undefined ? 0 : read('in', options.in);
	const end = options.out === undefined ? cut.duration : read('out', options.out);
	if (end <= start || start >= cut.duration) {
		throw new EngineError('range-empty', `the cut has nothing from ${start} s to ${end} s`);
	}
	return { start, end };
};

const shown = ({ track, crop, range, score, distance, segments, reasons }: Suggestion) => ({
	track: {
		path: track.path,
		title: track.title,
		artist: track.artist,
		album: track.album,
		duration: track.duration,
		licence: track.licence,
	},
	crop,
	range,
	score,
	distance,
	segments,
	reasons,
});

const described = ({ track, crop, score, reasons }: Suggestion, k: number): string =>
	[
		`${k + 1}. ${track.title}${track.artist === null ? '' : ` — ${track.artist}`}`,
		`   ${clockTime(crop.start)} – ${clockTime(crop.end)} of the song, score ${score.toFixed(2)}`,
		`   ${reasons.map(({ text }) => text).join('; ')}`,
		`   ${track.path}`,
	].join('\n');
