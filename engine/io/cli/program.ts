import { Command, CommanderError } from 'commander';
import { EngineError, ERRORS } from '../../protocol/errors.js';
import { projectVersion } from '../project.js';
import type { World } from './command-context.js';
import { addCatalogCommand } from './commands/catalog.js';
import { addCuesCommand } from './commands/cues.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addExplainCommand } from './commands/explain.js';
import { addIndexCommand } from './commands/index-folders.js';
import { addModelCommand } from './commands/model.js';
import { addPlaceCommand } from './commands/place.js';
import { addRenderCommand } from './commands/render.js';
import { addServeCommands } from './commands/serve.js';
import { addShotsCommand } from './commands/shots.js';
import { addSuggestCommand } from './commands/suggest.js';
import { addTrackCommands } from './commands/track.js';
import { addTrainCommand } from './commands/train.js';
import { addWorkCommand } from './commands/work.js';
import { reportFailure } from './terminal.js';

/**
 * Runs one command line.
 *
 * @param args - without the program itself
 * @returns the exit code, as `segue --help` documents it
 */
export const runCommandLine = async (args: readonly string[], world: Omit<World, 'endWith'>): Promise<number> => {
	let exitCode = 0;
	const program = commandLine({
		...world,
		endWith: code => {
			exitCode = code;
		},
	});
	try {
		await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
		return exitCode;
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode === 0) return 0;
		// Commander has read no options where the call itself is wrong.
		const said = { json: args.includes('--json'), verbose: args.includes('--verbose') };
		return reportFailure(asOurs(error), said, world.stdout, world.stderr);
	}
};

const commandLine = (world: World): Command => {
	const program = new Command('segue')
		.description(
			'Finds music for an edited video: ranks your tracks by how they fit the cut, and says where to crop them.',
		)
		.version(projectVersion())
		.option('--json', 'answer with one JSON object on standard output')
		.option('--verbose', 'show the whole story of a failure')
		.showHelpAfterError(false)
		.exitOverride()
		.configureOutput({
			writeOut: text => world.stdout.write(text),
			// Failures are reported in one place, whatever they come from.
			writeErr: () => {},
		})
		.configureHelp({ showGlobalOptions: true })
		.addHelpText('after', helpForAll);
	addServeCommands(program, world);
	addIndexCommand(program, world);
	addCatalogCommand(program, world);
	addSuggestCommand(program, world);
	addRenderCommand(program, world);
	addCuesCommand(program, world);
	addPlaceCommand(program, world);
	addShotsCommand(program, world);
	addTrackCommands(program, world);
	addTrainCommand(program, world);
	addModelCommand(program, world);
	addEvaluateCommand(program, world);
	addExplainCommand(program, world);
	addDoctorCommand(program, world);
	addWorkCommand(program, world);
	return program;
};

const helpForAll = (): string => {
	const codes = new Map<number, string[]>();
	for (const [code, { exit }] of Object.entries(ERRORS)) codes.set(exit, [...(codes.get(exit) ?? []), code]);
	const line = (exit: number, meaning: string): string => `  ${exit}  ${meaning}: ${codes.get(exit)?.join(', ') ?? ''}`;
	return `
First steps:
  segue index ~/Music            analyse your music, once
  segue suggest cut.mp4          three crops for a cut
  segue place cut.mp4 song.flac  lay a piece of music under it
  segue suggest --help           what each command takes, with examples
  segue start                    the same in a browser, with demo music

Environment:
  SEGUE_HOME    folder of all data
  SEGUE_CATALOG a studio's shared catalogue: postgres://user@host/database, see docs/scaling.md
  SEGUE_DEVICE  what the networks run on: auto, cpu, webgpu, cuda, dml, coreml
  FFMPEG_PATH   the ffmpeg to use
  BROWSER=none  start opens no browser

Exit codes, with the codes that failures carry:
  0  done
${[
	line(2, 'the call was wrong'),
	line(3, 'the input cannot be used'),
	line(4, 'something is missing on this computer'),
	line(5, 'the engine or its data is at fault'),
	line(130, 'stopped by the person'),
].join('\n')}`;
};

/** Commander's own complaints about a call, in our words. */
const asOurs = (error: unknown): unknown => {
	if (!(error instanceof CommanderError)) return error;
	if (error.code === 'commander.help') return new EngineError('bad-request', 'the command needs one more word');
	return new EngineError('bad-request', error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '));
};
