import type { MapView, Size } from './map-view.ts';

const VERTEX = `#version 300 es
uniform vec2 u_centre;
uniform vec2 u_scale;
uniform float u_size;
in vec2 a_place;
in vec4 a_colour;
out vec4 v_colour;
void main() {
  gl_Position = vec4((a_place - u_centre) * u_scale, 0.0, 1.0);
  gl_PointSize = u_size;
  v_colour = a_colour;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform float u_size;
in vec4 v_colour;
out vec4 colour;
void main() {
  float fromCentre = length(gl_PointCoord - 0.5) * u_size;
  float cover = clamp(u_size * 0.5 - fromCentre, 0.0, 1.0) * v_colour.a;
  if (cover <= 0.0) discard;
  colour = vec4(v_colour.rgb * cover, cover);
}`;

/**
 * Draws points with WebGL 2: places and colours lie in two buffers, a view is three uniforms.
 *
 * Note: own shaders because scatter-plot libraries on regl generate code with `Function`, which the content security
 * policy forbids (docs/decisions/0006-cell-map.md).
 */
export class PointLayer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #places: WebGLBuffer;
  readonly #colours: WebGLBuffer;
  #nPoints = 0;

  /** Null where WebGL 2 is missing. */
  static create(canvas: HTMLCanvasElement): PointLayer | null {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true, preserveDrawingBuffer: true });
    return gl ? new PointLayer(gl) : null;
  }

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = link(gl);
    this.#places = gl.createBuffer();
    this.#colours = gl.createBuffer();
    gl.useProgram(this.#program);
    this.#attribute('a_place', this.#places, 2, gl.FLOAT, false);
    this.#attribute('a_colour', this.#colours, 4, gl.UNSIGNED_BYTE, true);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Shape: x and y interleaved, 2 × points. */
  setPlaces(places: Float32Array): void {
    this.#nPoints = places.length / 2;
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#places);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, places, this.#gl.STATIC_DRAW);
  }

  /** Shape: red, green, blue, alpha, 4 × points. */
  setColours(colours: Uint8Array): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#colours);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, colours, this.#gl.DYNAMIC_DRAW);
  }

  /** Units: size in CSS pixels, `ratio` device pixels each, `pointSize` in CSS pixels. */
  draw(view: MapView, size: Size, ratio: number, pointSize: number): void {
    const gl = this.#gl;
    gl.viewport(0, 0, size.width * ratio, size.height * ratio);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(gl.getUniformLocation(this.#program, 'u_centre'), view.x, view.y);
    gl.uniform2f(
      gl.getUniformLocation(this.#program, 'u_scale'),
      (2 * view.scale) / size.width,
      (2 * view.scale) / size.height,
    );
    gl.uniform1f(gl.getUniformLocation(this.#program, 'u_size'), pointSize * ratio);
    gl.drawArrays(gl.POINTS, 0, this.#nPoints);
  }

  dispose(): void {
    this.#gl.deleteBuffer(this.#places);
    this.#gl.deleteBuffer(this.#colours);
    this.#gl.deleteProgram(this.#program);
  }

  #attribute(name: string, buffer: WebGLBuffer, size: number, type: number, normalised: boolean): void {
    const gl = this.#gl;
    const place = gl.getAttribLocation(this.#program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, normalised, 0, 0);
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('the graphics driver gives no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(gl.getProgramInfoLog(program) ?? 'the graphics driver refused the point shader');
  return program;
}
