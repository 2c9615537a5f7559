import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CutView } from '../../../protocol/messages.js';
import type { LocalEngine } from '../../engine.js';
import { reading } from '../access.js';
import { type Context, contextOf, type World } from '../command-context.js';
import { clockTime, counted, table } from '../words.js';

/** What is seen in one file. */
export const addShotsCommand = (program: Command, world: World): void => {
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

const boundaryTable = ({ boundaries }: CutView): string =>
	table(
		boundaries.map(({ frame, seconds, confidence, from }) => [
			`frame ${frame}`,
			clockTime(seconds),
			from === 'timeline' ? 'from the timeline' : `confidence ${confidence.toFixed(2)}`,
		]),
	);
