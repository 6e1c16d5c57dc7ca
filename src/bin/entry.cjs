// dist/shim.cjs: what sh starts. It runs on every Node, however old (ES5, no build step): it says that a Node is too old, or
// that the program beside it is broken, and then runs pip all the same.
/* eslint-disable no-var */
'use strict';

var fs = require('fs');
var path = require('path');

var started = { pip: false };
/** Names this build; build.mjs puts a hash of the programs here. */
var BUILD = 'unbuilt';

/** Where setup stores V8's compiled code of a program, for the Node that it pins: loading takes 2 ms instead of 5, the rest half. */
function cacheFile(name) {
  return path.join(__dirname, name + '-' + BUILD + '-' + process.version + '.cache');
}

/** The programs of a call, the one that begins first: on Windows pip.exe starts mode attend (docs/internals/windows.md). */
var parts = process.argv[2] === 'attend' ? ['attend'] : ['call', 'watch'];
parts.push('reporter', 'recorder');

/** The last bytes of each program: they name its build. */
var MARK = '\n//' + BUILD + '\n';
/** The programs of this build, as open files: an upgrade may put others in their place while pip runs. */
var held = {};

/** Opens a file of ours. A FIFO, a socket or a device in its place would keep the call waiting, or never end. */
function openFile(file) {
  var fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK || 0));
  if (fs.fstatSync(fd).isFile()) return fd;
  fs.closeSync(fd);
  throw new Error(file + ' is not a file');
}

/** Reads a file of ours that is open, and closes it. */
function readFile(fd, encoding) {
  var content = fs.readFileSync(fd, encoding);
  fs.closeSync(fd);
  return content;
}

/**
 * Opens the programs of a call. Returns whether all are of this build. (Four opened files take 0.04 ms.) One that cannot be
 * opened counts as of this build: if it is needed, loading it fails.
 */
function holdParts() {
  return parts
    .map(function (name) {
      try {
        if (held[name] !== undefined) fs.closeSync(held[name]);
        held[name] = undefined;
        held[name] = openFile(path.join(__dirname, name + '.cjs'));
        return readMark(held[name]) === MARK;
      } catch (error) {
        void error;
        return true;
      }
    })
    .every(Boolean);
}

/** Returns the last bytes of a program, where its build is. */
function readMark(fd) {
  var end = Buffer.alloc(MARK.length);
  fs.readSync(fd, end, 0, end.length, Math.max(0, fs.fstatSync(fd).size - end.length));
  return end.toString('latin1');
}

/**
 * Returns whether an upgrade may be running: a program was replaced in the last ten seconds. After an upgrade that was
 * killed, two builds stay side by side, and calls must not wait.
 */
function isFresh() {
  return parts.some(function (name) {
    return held[name] !== undefined && Math.abs(Date.now() - fs.fstatSync(held[name]).ctimeMs) < 10000;
  });
}

/**
 * Waits for the end of an upgrade that replaces this file last, and runs the new one as if it had been started. Returns
 * false if the programs are of this build after all, or if the upgrade does not end: then they are used as they are.
 */
function handOver() {
  var file = path.join(__dirname, 'shim.cjs');
  for (var tries = 0; tries < 100 && !holdParts() && isFresh(); tries += 1) {
    var text = fs.readFileSync(file, 'utf8');
    var other = /^var BUILD = '(\w+)';$/m.exec(text);
    if (other && other[1] !== BUILD) {
      Object.keys(held).forEach(function (name) {
        if (held[name] !== undefined) fs.closeSync(held[name]);
      });
      var start = new Function('exports', 'require', 'module', '__filename', '__dirname', text);
      start({}, require, module, file, __dirname);
      return true;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  return false;
}

/** Runs dist/NAME.cjs, as require() would. It is run as a vm.Script, which takes compiled code of V8 and can return it. */
function compile(name, cachedData, requirePart) {
  var vm = require('vm');
  var file = path.join(__dirname, name + '.cjs');
  var source = readFile(held[name] === undefined ? openFile(file) : held[name], 'utf8');
  held[name] = undefined;
  var script = new vm.Script(source, cachedData ? { filename: file, cachedData: cachedData } : { filename: file });
  var module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, requirePart, module, file, __dirname);
  return { name: name, script: script, exports: module.exports };
}

/** require() for the programs: loads each other, with compiled code if there is some, and Node's own modules. */
function requirePart(specifier) {
  return specifier.charAt(0) === '.' ? load(nameOf(specifier)) : require(specifier);
}

/** ./watch.cjs is `watch`. */
function nameOf(specifier) {
  return path.basename(specifier, '.cjs');
}

/** The programs that were loaded: a call may ask for one several times. */
var loaded = {};

function load(name) {
  if (loaded[name]) return loaded[name];
  var cachedData;
  try {
    cachedData = readFile(openFile(cacheFile(name)));
  } catch (error) {
    // Not set up by this Node: it compiles for itself.
    void error;
  }
  loaded[name] = compile(name, cachedData, requirePart).exports;
  return loaded[name];
}

/**
 * Writes the caches for setup: each cache file as its name, a space, its size, a line feed and its bytes. A function that
 * runs some fifty times is compiled by V8's baseline compiler (Sparkplug). The cache marks it, and V8 compiles it again on
 * its first call: 0.1 ms a function. So Sparkplug is off while the programs run.
 */
function writeCaches() {
  var vm = require('vm');
  var v8 = require('v8');
  // V8 takes a cache only under the flags that it was made under: this one tells which they were.
  var flags = new vm.Script('0').createCachedData();
  function restoreFlags() {
    v8.setFlagsFromString('--sparkplug');
    // Another source of that length: for the same V8 remembers its answer.
    if (new vm.Script('1', { cachedData: flags }).cachedDataRejected) v8.setFlagsFromString('--no-sparkplug');
  }
  v8.setFlagsFromString('--no-sparkplug');
  var parts = [];
  function requireFresh(specifier) {
    if (specifier.charAt(0) !== '.') return require(specifier);
    var name = nameOf(specifier);
    var part = parts.filter(function (known) {
      return known.name === name;
    })[0];
    if (!part) parts.push((part = compile(name, null, requireFresh)));
    return part.exports;
  }
  return requireFresh('./warm-up.cjs')
    .warmUp()
    .then(function () {
      restoreFlags();
      parts.forEach(function (part) {
        if (part.name === 'warm-up') return;
        var bytes = part.script.createCachedData();
        fs.writeSync(1, path.basename(cacheFile(part.name)) + ' ' + bytes.length + '\n');
        for (var done = 0; done < bytes.length;) done += fs.writeSync(1, bytes, done);
      });
    });
}

/** How to find out whether pipward is to blame; the same text is in src/messages/blame-messages.ts, a test compares the two. */
var HINT =
  'to see whether pipward is to blame, run the command that `pipward which` prints after "starts", with your arguments; PIPWARD_ADVICE=off only hides advice (pipward explain internal-error)';

function write(descriptor, text) {
  try {
    fs.writeSync(descriptor, 'pipward: ' + text + '\n');
  } catch (error) {
    void error;
  }
}

/**
 * Returns how to run pip without pipward: by run_without_node of shims/pip, which a new sh reads. ($0 is
 * `pipward-without-node`, by which that file knows what to do.)
 */
function fallback(why) {
  var closed = String(process.env._PIPWARD_CLOSED || '');
  var fds = readNumbers(process.env._PIPWARD_FDS);
  var stdio = [0, 1, 2].map(function (number) {
    if (closed.indexOf(String(number)) >= 0) return 'ignore';
    return fds[number] === undefined ? number : fds[number];
  });
  readNumbers(process.env._PIPWARD_OPEN).forEach(function (number) {
    while (stdio.length < number) stdio.push('ignore');
    stdio[number] = number;
  });
  var shim = path.join(__dirname, '..', 'shims', 'pip');
  var words = ['-c', '. "$1"', 'pipward-without-node', shim, process.argv[3], why];
  return { words: words.concat(process.argv.slice(4)), stdio: stdio };
}

/** Runs pip without pipward. */
function runWithoutPipward(why) {
  var mode = process.argv[2];
  // sh or pip.exe is still there in the other modes: without an answer it runs pip itself.
  if (mode !== 'watch') process.exit(70);

  var how = fallback(why);
  var child = require('child_process').spawn('/bin/sh', how.words, { stdio: how.stdio });
  ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      if (signal === 'SIGTERM' || signal === 'SIGHUP') child.kill(signal);
    });
  });
  child.on('error', function () {
    process.exit(126);
  });
  child.on('exit', function (status, signal) {
    if (signal) {
      process.removeAllListeners(signal);
      process.exitCode = 128 + require('os').constants.signals[signal];
      process.kill(process.pid, signal);
    } else process.exit(status);
  });
}

/** Whether this process may end: the program has said how, or pip runs without it. */
var isSettled = false;

/**
 * Runs pip where this process ends by itself without having started it: nothing is left to wait for, or a damaged program
 * ends it. No shell is left that would run pip.
 */
function catchEnd() {
  if (isSettled || started.pip) return;
  var how = fallback('its program ended by itself');
  var result = require('child_process').spawnSync('/bin/sh', how.words, { stdio: how.stdio });
  process.exitCode = result.signal
    ? 128 + require('os').constants.signals[result.signal]
    : result.error
      ? 126
      : result.status;
}

function readNumbers(text) {
  return String(text || '')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** sh starts this once before it becomes Node. It takes 64 MB, which are not touched, and starts threads; 86 means that it could. */
function tryStart() {
  global.room = new ArrayBuffer(67108864);
  fs.stat('/', function () {
    process.reallyExit(86);
  });
}

function fail(error) {
  isSettled = true;
  // pip is never started twice.
  var message = String((error && error.message) || error).split('\n')[0];
  if (started.pip) {
    write(
      readNumbers(process.env._PIPWARD_FDS || '0 1 2')[2],
      'its program failed while pip ran (' + message + '); what pip did is done; ' + HINT
    );
    process.exit(70);
  }
  runWithoutPipward('its program failed (' + message + ')');
}

try {
  if (process.argv[2] === 'try') tryStart();
  else if (parseInt(process.versions.node, 10) < 20) throw new Error('Node ' + process.versions.node + ' is too old');
  else if (process.argv[2] === 'compile') {
    writeCaches().then(
      function () {
        process.exit(0);
      },
      function () {
        process.exit(70);
      }
    );
  } else if (holdParts() || !handOver()) {
    if (process.argv[2] === 'watch') process.on('exit', catchEnd);
    var program = load(parts[0]);
    (program.runShim || program.runAttend)(process, started).then(function (exit) {
      isSettled = true;
      exit();
    }, fail);
  }
} catch (error) {
  fail(error);
}
