import { readFileSync } from 'node:fs';
import { EngineError } from '../protocol/errors.js';
import { type KernelExports, type RankingKernel, rankingKernel } from '../ranking/kernel.js';

/**
 * A fresh ranking kernel. The module is compiled once a process and instantiated anew each time, as a kernel's memory
 * belongs to one query at a time. EngineError 'internal' when the build left the module out.
 */
export const openRankingKernel = (): RankingKernel => {
	compiled ??= new WebAssembly.Module(kernelFile());
	return rankingKernel(new WebAssembly.Instance(compiled).exports as unknown as KernelExports);
};

let compiled: WebAssembly.Module | undefined;

const kernelFile = (): Uint8Array<ArrayBuffer> => {
	// Tests run this file from its source folder, the product from dist; compiled kernels lie in dist alone.
	const engine = new URL(import.meta.url.endsWith('.ts') ? '../../dist/engine/' : '../', import.meta.url);
	try {
		return new Uint8Array(readFileSync(new URL('ranking/alignment-kernel.wasm', engine)));
	} catch (cause) {
		throw new EngineError('internal', 'the ranking kernel is missing: run npm run build', { cause });
	}
};
