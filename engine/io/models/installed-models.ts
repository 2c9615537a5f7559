import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { affect } from '../../embeddings/affect.js';
import type { Embedding } from '../../embeddings/embedding.js';
import { type Model, readModel } from '../../embeddings/model-file.js';
import { architectureOf, type Branch, branchModel } from '../../embeddings/seg-vm-net.js';
import { trainedEmbedding } from '../../embeddings/trained.js';
import type { Graph, Graphs } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import type { ModelView } from '../../protocol/messages.js';
import { writeDurably } from '../catalog/durable-files.js';
import { bundledModels } from '../inference/models.js';
import { DEFAULT_MODEL } from './default-model.js';

/** Which model is in use, and those before it, the latest last. */
const stateFile = z.object({ current: z.string(), before: z.array(z.string()) });

/** Changes of mind that are remembered. */
const REMEMBERED = 20;

const AFFECT_NOTE = 'Published relations between picture, music and affect. It needs no training.';

/**
 * The models there are: `affect`, those that come with the program, and those of a data folder, each under a name made from
 * its content, so that nothing is ever overwritten.
 */
export class InstalledModels {
	private readonly embeddings = new Map<string, Embedding>([[affect.id, affect]]);

	/**
	 * @param folder - made when the first model comes
	 * @param bundled - where the program's own lie
	 */
	constructor(
		private readonly folder: string,
		private readonly graphs: Graphs,
		private readonly bundled = bundledModels(),
	) {}

	/** The model that is chosen: {@link DEFAULT_MODEL} where none was, or where it is gone; `affect` where that is gone, too. */
	get current(): Embedding {
		return this.known(this.state().current) ?? this.known(DEFAULT_MODEL) ?? affect;
	}

	/** Null for an id that is not installed, or whose file got damaged. */
	known(id: string): Embedding | null {
		try {
			return this.embedding(id);
		} catch (error) {
			if (error instanceof EngineError) return null;
			throw error;
		}
	}

	/** What a model says of itself in one sentence. */
	about(id: string): string {
		return this.list().find(model => model.id === id)?.about ?? AFFECT_NOTE;
	}

	/** The id of a model that is here, by that id, or by `affect` without its version; null where none is named so. */
	idOf(name: string): string | null {
		if (name === 'affect') return affect.id;
		return name === affect.id || this.files().includes(name) ? name : null;
	}

	list(): ModelView[] {
		const current = this.current.id;
		const trained = this.files().map(id => {
			const { card } = this.model(id);
			const { data } = card;
			return {
				id,
				current: id === current,
				about: `A ${card.kind} network, trained on ${data.name} (${data.clips} clips, ${data.origin}).`,
				notes: card.notes,
			};
		});
		return [{ id: affect.id, current: affect.id === current, about: AFFECT_NOTE, notes: [] }, ...trained];
	}

	/**
	 * Takes a model file in.
	 *
	 * @returns its id
	 * @throws EngineError 'model-unfit' where it is none, or takes features that are not made here
	 */
	install(path: string): string {
		let bytes: Buffer;
		try {
			bytes = readFileSync(path);
		} catch (cause) {
			throw new EngineError('file-missing', `there is no file ${path}`, { cause });
		}
		const { card, weights } = parsed(path, bytes);
		const id = `${card.kind}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`;
		this.embeddingOf(id, { card, weights });
		if (!this.files().includes(id)) writeDurably(join(this.folder, `${id}${ENDING}`), bytes);
		return id;
	}

	/** Throws EngineError 'not-found' for an id that is not installed, 'model-unfit' for a file that got damaged. */
	embedding(id: string): Embedding {
		const known = this.embeddings.get(id);
		if (known) return known;
		const made = this.embeddingOf(id, this.model(id));
		this.embeddings.set(id, made);
		return made;
	}

	use(id: string): void {
		const { current, before } = this.state();
		if (current !== id) this.write({ current: id, before: [...before, current].slice(-REMEMBERED) });
	}

	/** The model before the one in use. Throws EngineError 'not-found' where there was none. */
	get previous(): string {
		const previous = this.state().before.at(-1);
		if (previous === undefined) throw new EngineError('not-found', 'no other model was in use before this one');
		return previous;
	}

	/** Makes the previous model the one in use. */
	goBack(): void {
		this.write({ current: this.previous, before: this.state().before.slice(0, -1) });
	}

	private embeddingOf(id: string, { card, weights }: Model): Embedding {
		const run = (branch: Branch) => {
			let graph: Promise<Graph> | null = null;
			return async (features: Parameters<Graph['run']>[0][string]) => {
				graph ??= this.graphs.openGraph(branchModel(weights, branch));
				return (await (await graph).run({ features })).embedding!;
			};
		};
		try {
			return trainedEmbedding(id, card, architectureOf(weights), run('video'), run('music'));
		} catch (cause) {
			if (cause instanceof RangeError)
				throw new EngineError('model-unfit', `The model ${id}: ${cause.message}.`, { cause });
			throw cause;
		}
	}

	private model(id: string): Model {
		const folder = [this.folder, this.bundled].find(one => modelsIn(one).includes(id));
		if (folder === undefined) throw new EngineError('not-found', `there is no model ${id}`);
		const path = join(folder, `${id}${ENDING}`);
		return parsed(path, readFileSync(path));
	}

	private files(): string[] {
		return [...new Set([...modelsIn(this.bundled), ...modelsIn(this.folder)])];
	}

	private state(): z.infer<typeof stateFile> {
		try {
			return stateFile.parse(JSON.parse(readFileSync(join(this.folder, STATE), 'utf8')));
		} catch {
			// Never changed, or written by a version that said it otherwise. What needs no training can always be gone back to.
			return { current: DEFAULT_MODEL, before: [affect.id] };
		}
	}

	private write(state: z.infer<typeof stateFile>): void {
		writeDurably(join(this.folder, STATE), Buffer.from(`${JSON.stringify(state)}\n`));
	}
}

/** Ids, in order. */
const modelsIn = (folder: string): string[] => {
	try {
		return readdirSync(folder)
			.filter(name => name.endsWith(ENDING))
			.map(name => name.slice(0, -ENDING.length))
			.sort();
	} catch {
		// No model was ever installed.
		return [];
	}
};

const ENDING = '.safetensors';
const STATE = 'current.json';

const parsed = (path: string, bytes: Uint8Array): Model => {
	try {
		return readModel(bytes);
	} catch (cause) {
		const detail = cause instanceof Error ? cause.message : String(cause);
		throw new EngineError('model-unfit', `${path} is no model that can be used: ${detail}`, { cause });
	}
};
