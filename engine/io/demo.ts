import { EngineError } from '../protocol/errors.js';
import type { EngineStatus } from '../protocol/messages.js';
import { projectPath } from './project.js';

/** The cuts that come with the program, the first one first in line for a newcomer. */
export const demoCuts: EngineStatus['demoCuts'] = [
	{ name: 'film', title: 'A film without words: Big Buck Bunny, 72 s' },
	{ name: 'cut', title: 'An edit with narration, 64 s' },
];

/** Throws 'not-found' for a name that {@link demoCuts} lacks. */
export const demoCutPath = (name: string): string => {
	if (!demoCuts.some(cut => cut.name === name)) throw new EngineError('not-found', `there is no demo cut ${name}`);
	return projectPath('demo', 'cut', `${name}.mp4`);
};

/** The music that comes with the program. */
export const demoMusic = (): string => projectPath('demo', 'music');
