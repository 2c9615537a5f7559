import type { Constant, OnnxNode } from '../embeddings/onnx-model.js';

/** A value in a graph that is being built: the name of the tensor. */
export type Value = string;

/** Writes down a computation as the nodes of an ONNX graph, an operator a call. Results get names of their own. */
export class GraphBuilder {
	readonly nodes: OnnxNode[] = [];
	readonly constants: Record<string, Constant> = {};
	readonly #scalars = new Map<number, Value>();
	readonly #axes = new Map<string, Value>();

	op(op: string, inputs: readonly Value[], attributes: OnnxNode['attributes'] = {}): Value {
		const output = `${op}:${this.nodes.length}`;
		this.nodes.push({ op, inputs, output, attributes });
		return output;
	}

	/** Gives a value the name under which it leaves the graph. */
	output(name: string, value: Value): void {
		this.nodes.push({ op: 'Identity', inputs: [value], output: name });
	}

	scalar(value: number): Value {
		const known = this.#scalars.get(value);
		if (known !== undefined) return known;
		const name = `scalar:${value}`;
		this.constants[name] = { dims: [], data: Float32Array.of(value) };
		this.#scalars.set(value, name);
		return name;
	}

	/** A vector of whole numbers, as operators want their axes and lengths. */
	whole(...values: readonly number[]): Value {
		const name = `whole:${values.join()}`;
		if (!this.#axes.has(name)) {
			this.constants[name] = { dims: [values.length], data: BigInt64Array.from(values, BigInt) };
			this.#axes.set(name, name);
		}
		return name;
	}

	add = (a: Value, b: Value): Value => this.op('Add', [a, b]);
	subtract = (a: Value, b: Value): Value => this.op('Sub', [a, b]);
	multiply = (a: Value, b: Value): Value => this.op('Mul', [a, b]);
	divide = (a: Value, b: Value): Value => this.op('Div', [a, b]);
	scale = (a: Value, factor: number): Value => this.multiply(a, this.scalar(factor));
	square = (a: Value): Value => this.multiply(a, a);
	root = (a: Value): Value => this.op('Sqrt', [a]);
	positivePart = (a: Value): Value => this.op('Relu', [a]);
	transpose = (a: Value): Value => this.op('Transpose', [a], { perm: { ints: [1, 0] } });

	/** 1 where it is above 0, else 0. */
	isPositive = (a: Value): Value => this.asFloat(this.op('Greater', [a, this.scalar(0)]));

	asFloat = (a: Value): Value => this.op('Cast', [a], { to: { int: 1 } });

	/** a · b (+ bias), either one transposed first. */
	product(a: Value, b: Value, { left = false, right = false } = {}, bias?: Value): Value {
		return this.op('Gemm', bias === undefined ? [a, b] : [a, b, bias], {
			transA: { int: Number(left) },
			transB: { int: Number(right) },
		});
	}

	/** Sums over rows: 1 × columns. */
	overRows = (a: Value): Value => this.op('ReduceSum', [a, this.whole(0)], { keepdims: { int: 1 } });
	/** Sums over columns: rows × 1. */
	overColumns = (a: Value): Value => this.op('ReduceSum', [a, this.whole(1)], { keepdims: { int: 1 } });
	total = (a: Value): Value => this.op('ReduceSum', [a], { keepdims: { int: 0 } });
	/** A matrix of one row as a vector. */
	asVector = (a: Value): Value => this.op('Squeeze', [a, this.whole(0)]);
}
