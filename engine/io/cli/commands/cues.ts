import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { EngineError } from '../../../protocol/errors.js';
import type { Cue, CutView } from '../../../protocol/messages.js';
import { nearestUnit } from '../../../time/time.js';
import { timecodeOf } from '../../../timelines/timecode.js';
import { reading } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { clockTime, counted } from '../words.js';
import { openCut } from './shots.js';
import { readWords, wishesFrom } from './wishes.js';

type Options = {
	readonly csv?: string | true;
	readonly shortest: number;
	readonly longest: number;
	readonly vocals: 'auto' | 'instrumental' | 'any';
	readonly words?: string;
	readonly flowing?: boolean;
};

/** Music for a whole long cut at once. */
export const addCuesCommand = (program: Command, world: World): void => {
	program
		.command('cues')
		.argument('<cut>', 'the edited video, or its timeline')
		.description('Find several pieces of music for a long cut, and write a cue sheet.')
		.option('--csv [file]', 'a cue sheet as CSV, to a file or else to standard output')
		.option('--shortest <seconds>', 'no region is shorter', readSeconds, 20)
		.option('--longest <seconds>', 'no region is longer', readSeconds, 150)
		.option('--vocals <which>', 'auto, instrumental or any', 'auto')
		.option('--words <labels>', 'what it should sound like, as "piano,calm,loud:-1"')
		.option('--flowing', 'each song near the one before in tempo and key')
		.addHelpText(
			'after',
			`
The cut is divided where most speaks for music to change: black, speech that begins or ends, energy that changes. Every
region gets a crop of its own; no song is used twice.

Examples:
  segue cues documentary.mp4
  segue cues documentary.mp4 --csv cues.csv --longest 90 --flowing

The cue sheet has one line a cue: number, title, artist, album, in, out (timecode of the cut), duration in seconds, where in
the song it begins, licence as the file's tags state it, path.

With --json: {"cues": [{"region": {"start", "end"}, "why": ["black", …], "suggestion": as in "segue suggest --json" or null}],
"cut": {"path", "duration"}}`,
		)
		.action(async (path: string, options: Options, command: Command) => {
			const context = contextOf(world, command);
			const { cut, cues } = await reading(context, async engine => {
				const { tracks } = await engine.ask('catalog.state', {});
				if (tracks === 0) throw new EngineError('catalog-empty', 'there is no music in the catalogue yet');
				const cut = await openCut(engine, context, path);
				const words = options.words === undefined ? [] : readWords(options.words);
				const wishes = words.length > 0 ? wishesFrom(words) : undefined;
				const line = context.terminal.progress('Finding cues');
				try {
					const { shortest, longest, vocals, flowing = false } = options;
					const answer = await engine.ask(
						'cues',
						{ cut: cut.id, shortest, longest, vocals, flowing, ...(wishes && { wishes }) },
						({ done, total, stage }) => line.update(done, total, stage),
						context.signal,
					);
					return { cut, cues: answer.cues };
				} finally {
					line.stop();
				}
			});
			const sheet = cueSheet(cut, cues);
			if (typeof options.csv === 'string') await writeSheet(resolve(options.csv), sheet);
			const shown = { cues, cut: { path, duration: cut.duration } };
			context.terminal.answer(shown, options.csv === true ? sheet.trimEnd() : described(cues));
		});
};

const readSeconds = (text: string): number => {
	const seconds = Number(text);
	if (!(seconds >= 5 && seconds <= 3600)) throw new InvalidArgumentError('It is a number of seconds, 5 to 3600.');
	return seconds;
};

const writeSheet = async (path: string, sheet: string): Promise<void> => {
	await writeFile(path, sheet).catch(cause => {
		throw new EngineError('bad-request', `${path} cannot be written`, { cause });
	});
};

/** One line a cue. A value that a spreadsheet would take for a formula is escaped: tags come from anywhere. */
const cueSheet = ({ rate }: CutView, cues: readonly Cue[]): string =>
	stringify(
		cues.map(({ region, suggestion }, k) => {
			const timecode = (seconds: number) => timecodeOf(nearestUnit(seconds, rate), rate, false);
			const track = suggestion?.track;
			return [
				k + 1,
				track?.title ?? '',
				track?.artist ?? '',
				track?.album ?? '',
				timecode(region.start),
				timecode(region.end),
				(region.end - region.start).toFixed(2),
				suggestion ? suggestion.plan.pieces[0]!.song.start.toFixed(2) : '',
				track?.licence ?? '',
				track?.path ?? '',
			];
		}),
		{
			header: true,
			columns: ['cue', 'title', 'artist', 'album', 'in', 'out', 'duration', 'song starts at', 'licence', 'path'],
			escape_formulas: true,
		},
	);

const described = (cues: readonly Cue[]): string =>
	[
		...cues.map(({ region, why, suggestion }, k) => {
			const where = `${k + 1}. ${clockTime(region.start)} – ${clockTime(region.end)} (${why.map(word => WHY[word]).join(', ')})`;
			if (!suggestion) return `${where}\n   no song left`;
			const { track, plan, reasons } = suggestion;
			return [
				where,
				`   ${track.title}${track.artist === null ? '' : ` — ${track.artist}`}, from ${clockTime(plan.pieces[0]!.song.start)}`,
				`   ${reasons.map(({ text }) => text).join('; ')}`,
			].join('\n');
		}),
		counted(cues.length, 'cue'),
	].join('\n\n');

const WHY: Readonly<Record<Cue['why'][number], string>> = {
	start: 'from the start',
	black: 'after black',
	speech: 'where speech begins or ends',
	energy: 'where the energy changes',
	cut: 'at a cut',
};
