// A viewer of a model's sequences: what goes in and comes out, where the heads look, and the memory, step by step.
// ntmViewer(root, data) builds one inside an element; data is what ViewerPage.cs writes. Its onInput(row, step), if there is one, hears of clicks on the
// inputs, and returns whether that was all.
function ntmViewer(root, data) {
  'use strict';
  const floats = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const colour = name => {
    const digits = getComputedStyle(root).getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map(i => parseInt(digits.slice(i, i + 2), 16));
  };

  let sequence = null, step = 0, timer = 0, panels = [], memory = null, memoryStep = -1;

  // Controls.
  root.classList.add('viewer');
  const controls = make('div', 'controls');
  const button = (label, title, action) => {
    const made = make('button', '', label);
    made.type = 'button';
    made.title = title;
    made.setAttribute('aria-label', title);
    made.addEventListener('click', action);
    controls.append(made);
    return made;
  };
  const choice = make('select');
  choice.setAttribute('aria-label', 'Sequence');
  data.sequences.forEach((s, i) => choice.append(new Option(s.name, i)));
  choice.hidden = data.sequences.length < 2;
  choice.addEventListener('change', () => load(Number(choice.value)));
  controls.append(choice);
  button('|◀', 'First step', () => go(0));
  button('◀', 'One step back', () => go(step - 1));
  const play = button('Play', 'Play', () => (timer ? pause() : start()));
  button('▶', 'One step on', () => go(step + 1));
  button('▶|', 'Last step', () => go(sequence.steps - 1));
  const slider = make('input');
  slider.type = 'range';
  slider.min = 0;
  slider.setAttribute('aria-label', 'Step');
  slider.addEventListener('input', () => { pause(); show(Number(slider.value)); });
  controls.append(slider);
  const speed = make('select');
  speed.setAttribute('aria-label', 'Speed');
  [[2, 'slow'], [6, 'normal'], [20, 'fast']].forEach(([rate, name]) => speed.append(new Option(name, rate)));
  speed.value = 6;
  speed.addEventListener('change', () => { if (timer) { pause(); start(); } });
  controls.append(speed);
  const status = make('p', 'status');
  status.setAttribute('role', 'status');
  const groups = ['signals', 'now', 'heads'].map(name => make('div', `panels ${name}`));
  root.append(controls, status, ...groups);
  root.tabIndex = 0;
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', `${data.title}. Keys: arrows for a step, space to play, Home and End.`);
  root.addEventListener('keydown', event => {
    const inControl = event.target !== root && /^(INPUT|SELECT|BUTTON)$/.test(event.target.tagName);
    if (inControl || event.altKey || event.ctrlKey || event.metaKey) return;
    const actions = {
      ArrowRight: () => go(step + 1), ArrowLeft: () => go(step - 1), Home: () => go(0), End: () => go(sequence.steps - 1),
      ' ': () => (timer ? pause() : start()),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });

  function start() {
    if (step >= sequence.steps - 1) show(0);
    play.textContent = 'Pause';
    play.title = 'Pause';
    play.setAttribute('aria-label', 'Pause');
    timer = setInterval(() => {
      if (step >= sequence.steps - 1) pause();
      else show(step + 1);
    }, 1000 / Number(speed.value));
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    play.textContent = 'Play';
    play.title = 'Play';
    play.setAttribute('aria-label', 'Play');
  }

  function go(to) {
    pause();
    show(Math.min(Math.max(to, 0), sequence.steps - 1));
  }

  // Panels: a canvas with a pixel for each value, which the style enlarges.
  function panel(group, title, rows, columns, range, values, hasCursor) {
    const box = make('figure');
    const caption = make('figcaption', '', title);
    const frame = make('div', 'frame');
    const canvas = make('canvas');
    canvas.width = columns;
    canvas.height = rows;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', title);
    frame.style.setProperty('--rows', rows);
    frame.append(canvas);
    let cursor = null;
    if (hasCursor) {
      cursor = make('div', 'cursor');
      cursor.style.width = `${100 / columns}%`;
      frame.append(cursor);
      frame.addEventListener('click', event => {
        const place = frame.getBoundingClientRect();
        const column = Math.min(Math.floor((event.clientX - place.left) / place.width * columns), columns - 1);
        const row = Math.min(Math.floor((event.clientY - place.top) / place.height * rows), rows - 1);
        if (!(title === 'Inputs' && data.onInput && data.onInput(row, column))) go(column);
      });
    }
    box.append(caption, frame);
    groups[group].append(box);
    const made = { canvas, rows, columns, range, values, cursor, isSigned: range[0] < 0 };
    panels.push(made);
    return made;
  }

  // Values are [row, column]; NaN is what does not count.
  function paint(target) {
    const [low, middle, high, none] = ['--low', '--middle', '--high', '--none'].map(colour);
    const context = target.canvas.getContext('2d');
    const image = context.createImageData(target.columns, target.rows);
    const [least, most] = target.range;
    for (let i = 0; i < target.rows * target.columns; i++) {
      const value = target.values[i];
      let shade = none;
      if (!Number.isNaN(value)) {
        const share = Math.min(Math.max((value - least) / (most - least || 1), 0), 1);
        // Signed values have the ground's colour at zero, others at their least.
        const [from, to, place] = target.isSigned ? (share < 0.5 ? [middle, low, 1 - 2 * share] : [middle, high, 2 * share - 1]) : [middle, high, share];
        shade = from.map((c, j) => c + (to[j] - c) * place);
      }
      image.data.set([...shade.map(Math.round), 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }

  // [T, width] as [width, T].
  function transposed(values, steps, width, offset = 0, stride = width) {
    const result = new Float32Array(steps * width);
    for (let t = 0; t < steps; t++)
      for (let i = 0; i < width; i++) result[i * steps + t] = values[t * stride + offset + i];
    return result;
  }

  function rangeOf(values, isSigned) {
    let least = 0, most = 0;
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const bound = Math.max(-least, most, 1e-6);
    return isSigned || least < 0 ? [-bound, bound] : [0, bound];
  }

  function load(index) {
    pause();
    const s = data.sequences[index];
    sequence = { ...s };
    for (const name of ['inputs', 'outputs', 'targets', 'readWeightings', 'writeWeightings', 'erases', 'adds', 'reads', 'memory'])
      if (s[name]) sequence[name] = floats(s[name]);
    groups.forEach(group => group.replaceChildren());
    panels = [];
    memoryStep = -1;
    slider.max = s.steps - 1;
    panel(0, 'Inputs', s.inputSize, s.steps, rangeOf(sequence.inputs), transposed(sequence.inputs, s.steps, s.inputSize), true);
    const isProbability = data.outputs !== 'numbers';
    const outputRange = isProbability ? [0, 1] : rangeOf([...sequence.outputs, ...sequence.targets.filter(v => !Number.isNaN(v))]);
    panel(0, 'Targets', s.outputSize, s.steps, outputRange, transposed(sequence.targets, s.steps, s.outputSize), true);
    panel(0, `Outputs (${data.outputs})`, s.outputSize, s.steps, outputRange, transposed(sequence.outputs, s.steps, s.outputSize), true);
    sequence.panels = {};
    if (s.locations) {
      const of = (count, head, name) => (count === 1 ? name : `${name}, head ${head + 1}`);
      for (let k = 0; k < s.writeHeads; k++)
        panel(2, of(s.writeHeads, k, 'Where it writes'), s.locations, s.steps, [0, 1], transposed(sequence.writeWeightings, s.steps, s.locations, k * s.locations, s.writeHeads * s.locations), true);
      for (let k = 0; k < s.readHeads; k++)
        panel(2, of(s.readHeads, k, 'Where it reads'), s.locations, s.steps, [0, 1], transposed(sequence.readWeightings, s.steps, s.locations, k * s.locations, s.readHeads * s.locations), true);
      const bound = rangeOf([...sequence.memory, ...sequence.adds], true);
      // A column of locations, as the weightings have them: beside the memory, where the heads look at this step.
      sequence.panels.heads = panel(1, 'Heads in this step: writing left, reading right', s.locations, s.writeHeads + s.readHeads, [0, 1], new Float32Array(s.locations * (s.writeHeads + s.readHeads)), false);
      sequence.panels.memory = panel(1, 'Memory after this step', s.locations, s.width, bound, new Float32Array(s.locations * s.width), false);
      const vectors = s.writeHeads + s.readHeads;
      sequence.panels.vectors = panel(1, 'Vectors in this step: added above, read below', vectors, s.width, bound, new Float32Array(vectors * s.width), false);
    }
    panels.forEach(paint);
    show(0);
  }

  // The memory after a step, from the one before: M(i) times 1 - w(i) e for every head, then + w(i) a (paper, equations 3 and 4).
  function memoryAfter(to) {
    const { locations: n, width: m, writeHeads: heads, writeWeightings: w, erases, adds } = sequence;
    if (memoryStep < 0 || memoryStep > to) {
      memory = sequence.memory.slice();
      memoryStep = -1;
    }
    while (memoryStep < to) {
      const t = ++memoryStep;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) {
          let value = memory[i * m + j];
          for (let k = 0; k < heads; k++) value *= 1 - w[(t * heads + k) * n + i] * erases[(t * heads + k) * m + j];
          for (let k = 0; k < heads; k++) value += w[(t * heads + k) * n + i] * adds[(t * heads + k) * m + j];
          memory[i * m + j] = value;
        }
    }
    return memory;
  }

  function show(to) {
    step = to;
    slider.value = step;
    for (const { cursor, columns } of panels)
      if (cursor) cursor.style.left = `${100 * step / columns}%`;
    const s = sequence;
    if (s.locations) {
      const n = s.locations, m = s.width, all = s.writeHeads + s.readHeads;
      s.panels.memory.values.set(memoryAfter(step));
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < s.writeHeads; k++) s.panels.heads.values[i * all + k] = s.writeWeightings[(step * s.writeHeads + k) * n + i];
        for (let k = 0; k < s.readHeads; k++) s.panels.heads.values[i * all + s.writeHeads + k] = s.readWeightings[(step * s.readHeads + k) * n + i];
      }
      s.panels.vectors.values.set(s.adds.subarray(step * s.writeHeads * m, (step + 1) * s.writeHeads * m));
      s.panels.vectors.values.set(s.reads.subarray(step * s.readHeads * m, (step + 1) * s.readHeads * m), s.writeHeads * m);
      [s.panels.memory, s.panels.heads, s.panels.vectors].forEach(paint);
    }
    status.textContent = `Step ${step + 1} of ${s.steps}${heads()}${answer()}`;
    slider.setAttribute('aria-valuetext', status.textContent);
  }

  function heads() {
    const s = sequence;
    if (!s.locations) return '';
    const peak = (weightings, head, count) => {
      let best = 0;
      const first = (step * count + head) * s.locations;
      for (let i = 1; i < s.locations; i++) if (weightings[first + i] > weightings[first + best]) best = i;
      return `${best} (${(100 * weightings[first + best]).toFixed(0)} %)`;
    };
    const list = (weightings, count) => Array.from({ length: count }, (_, k) => peak(weightings, k, count)).join(', ');
    return `; writes most to ${list(s.writeWeightings, s.writeHeads)}, reads most from ${list(s.readWeightings, s.readHeads)}`;
  }

  function answer() {
    const s = sequence;
    if (data.outputs !== 'probabilities of a one') return '';
    let wrong = 0, count = 0, before = 0;
    for (let t = 0; t < s.steps; t++)
      for (let i = 0; i < s.outputSize; i++) {
        const target = s.targets[t * s.outputSize + i];
        if (Number.isNaN(target)) continue;
        const isWrong = (s.outputs[t * s.outputSize + i] > 0.5) !== (target > 0.5);
        if (t === step) { count++; wrong += isWrong; }
        before += t <= step && isWrong;
      }
    return count === 0 ? '; no answer is required' : `; ${wrong} of ${count} bits wrong, ${before} so far`;
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => panels.forEach(paint));
  load(0);
  return {
    load: index => { choice.value = index; load(index); },
    show: go,
    get step() { return step; },
    get isPlaying() { return timer !== 0; },
    get status() { return status.textContent; },
    memory: () => (sequence.locations ? Array.from(memoryAfter(step)) : []),
  };
}
