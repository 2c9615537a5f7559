import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CutView } from '../../../protocol/messages.js';
import type { LocalEngine } from '../../engine.js';
import { reading } from '../access.js';
import { type Context, contextOf, type World } from '../command-context.js';
import { clockTime, counted, table } from '../words.js';

/** Commands that say what is heard or seen in one file. */
export const addMediaCommands = (program: Command, world: World): void => {
	program
		.command('shots')
		.argument('<video>', 'any video ffmpeg reads')
		.description('Find where the shots of a video begin.')
		.addHelpText(
			'after',
			`
Each boundary is the first frame of the new shot, with the confidence that there is a cut, in [0, 1]. The analysis is kept:
asking again, or for suggestions, is instant while the file stays the same.

Examples:
  segue shots cut.mp4
  segue shots cut.mp4 --json | jq '.boundaries[].seconds'

With --json: {"fps", "duration", "boundaries": [{"frame", "seconds", "from", "confidence"}]}`,
		)
		.action(async (video: string, _options, command: Command) => {
			const context = contextOf(world, command);
			const cut = await reading(context, engine => openCut(engine, context, video));
			const fps = cut.rate.numerator / cut.rate.denominator;
			context.terminal.answer(
				{ fps, duration: cut.duration, boundaries: cut.boundaries },
				[
					...(cut.boundaries.length === 0 ? [] : [boundaryTable(cut)]),
					`${counted(cut.segments.length, 'shot')} in ${clockTime(cut.duration)}, ${Number(fps.toFixed(3))} frames a second`,
				].join('\n'),
			);
		});

	program
		.command('sections')
		.argument('<track>', 'any sound file ffmpeg reads')
		.description('Find the sections of a piece of music.')
		.addHelpText(
			'after',
			`
Sections with one letter sound alike; the energy is against the rest of the same track.

Example:
  segue sections song.mp3

With --json: {"duration", "boundaries": [seconds, inner ones only], "sections": [{"start", "end", "label", "energy"}]}`,
		)
		.action(async (track: string, _options, command: Command) => {
			const context = contextOf(world, command);
			const { duration, sections } = await analyseTrack(context, track);
			const rows = sections.map(({ start, end, label, energy }) => [
				`${clockTime(start)} – ${clockTime(end)}`,
				label,
				energy,
			]);
			context.terminal.answer(
				{ duration, boundaries: sections.slice(1).map(({ start }) => start), sections },
				table(rows),
			);
		});

	program
		.command('beats')
		.argument('<track>', 'any sound file ffmpeg reads')
		.description('Find the tempo and the beats of a piece of music.')
		.addHelpText(
			'after',
			`
The confidence says how far the sound supports these beats over chance, in [0, 1]; below 0.3 there is no steady beat.

Example:
  segue beats song.mp3

With --json: {"tempo", "confidence", "beats": [seconds], "downbeats": [seconds], "downbeatConfidence"}`,
		)
		.action(async (track: string, _options, command: Command) => {
			const context = contextOf(world, command);
			const { beats: grid } = await analyseTrack(context, track);
			const { tempo, confidence, beats, downbeats, downbeatConfidence } = grid;
			const verdict = confidence < 0.3 ? 'no steady beat' : `${tempo.toFixed(1)} BPM`;
			context.terminal.answer(
				{ tempo, confidence, beats, downbeats, downbeatConfidence },
				[
					`${verdict}, confidence ${confidence.toFixed(2)}, ${counted(beats.length, 'beat')}`,
					beats.map(beat => beat.toFixed(2)).join(' '),
				].join('\n'),
			);
		});
};

/** Opens a video as a cut, with a bar while it is analysed. */
export const openCut = async (engine: LocalEngine, { terminal, signal }: Context, video: string): Promise<CutView> => {
	const line = terminal.progress('Reading the cut');
	try {
		return await engine.ask(
			'cut.open',
			{ source: { kind: 'path', path: resolve(video) } },
			({ done, total, stage }) => line.update(done, total, stage),
			signal,
		);
	} finally {
		line.stop();
	}
};

const analyseTrack = (context: Context, track: string) =>
	reading(context, engine => engine.trackAnalysis(resolve(track), context.signal));

const boundaryTable = ({ boundaries }: CutView): string =>
	table(
		boundaries.map(({ frame, seconds, confidence, from }) => [
			`frame ${frame}`,
			clockTime(seconds),
			from === 'timeline' ? 'from the timeline' : `confidence ${confidence.toFixed(2)}`,
		]),
	);
