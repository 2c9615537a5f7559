import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DISTANCE_TITLES } from '../../../evaluation/words.js';
import { EngineError } from '../../../protocol/errors.js';
import { explainPage } from '../../explain/page.js';
import { reading } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { table } from '../words.js';
import { openCut } from './shots.js';

export const addExplainCommand = (program: Command, world: World): void => {
	program
		.command('explain')
		.argument('<cut>', 'the edited video, or a timeline')
		.argument('<track>', 'any sound file ffmpeg reads')
		.requiredOption('--out <page>', 'the page to write, .html')
		.description('Show how every distance lays a cut along a track, on one page.')
		.addHelpText(
			'after',
			`
The page shows how alike each segment of the cut and each section of the track are, frames beside the waveform, and which of
them each distance pairs. It needs no other file and no network.

Example:
  segue explain cut.mp4 song.mp3 --out page.html

With --json: {"page", "model", "distances": [{"name", "value", "path": {"pairs": [{"query", "candidate"}], "offset"} | null}],
"segments": [{"start", "end"}], "sections": [{"start", "end"}], "similarity": [[value of each section] of each segment]}`,
		)
		.action(async (cut: string, track: string, { out }: { readonly out: string }, command: Command) => {
			const context = contextOf(world, command);
			if (!/\.html?$/i.test(out))
				throw new EngineError('bad-request', `the page is an .html file: ${out} should end so`);
			const explained = await reading(context, async engine => {
				const { id } = await openCut(engine, context, cut);
				return engine.sideBySide(id, resolve(track), context.signal);
			});
			await writeFile(out, explainPage(explained)).catch(cause => {
				throw new EngineError('bad-request', `${out} cannot be written`, { cause });
			});
			const { similarity, segments, sections, distances } = explained.explanation;
			const rows = segments.map((_, i) => [
				...similarity.data.subarray(i * similarity.cols, (i + 1) * similarity.cols),
			]);
			context.terminal.answer(
				{ page: resolve(out), model: explained.model.id, distances, segments, sections, similarity: rows },
				`${table(distances.map(({ name, value }) => [DISTANCE_TITLES[name], value.toFixed(3)]))}\n\n${resolve(out)}`,
			);
		});
};
