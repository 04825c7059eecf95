"""Child process of the benchmark: one row in PyTorch. Reads and answers one JSON line at a time.

`torch_worker.py published` computes what the published code computes (every row of the last layer, both heads at every
position); `torch_worker.py same` leaves out what the product leaves out (CLS alone in the last layer, heads at the
masked positions only). `torch_worker.py about` prints what PyTorch is here.
"""

import ctypes
import json
import os
import resource
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "reference"))
from genecompass_torch import Config, MaskedModel, adamw  # noqa: E402

PERIOD, PRIOR_SCALE = 1_048_573, 0.5
VARIANT = sys.argv[1]


def make_pattern():
    x = np.arange(PERIOD, dtype=np.uint32) * np.uint32(2654435761)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(2246822519)
    x ^= x >> np.uint32(13)
    return ((x.astype(np.float64) / 2**31 - 1) * 3**0.5).astype(np.float32)


def fill(tensor, pattern, name, scale):
    start = 7
    for letter in name:
        start = (start * 31 + ord(letter)) % PERIOD
    flat, at = tensor.view(-1), 0
    scaled = torch.from_numpy(pattern * np.float32(scale))
    while at < flat.numel():
        n = min(PERIOD - start, flat.numel() - at)
        flat[at : at + n] = scaled[start : start + n]
        at, start = at + n, 0


def pattern_model(c):
    priors = tuple((p["name"], p["width"]) for p in c["priors"])
    config = Config(
        c["vocabularySize"], c["width"], c["nLayers"], c["nHeads"], c["feedForwardWidth"], c["maxLength"], priors,
        c["activation"], c["layerNormEps"], c["dropout"], learned_ids=c["learnedIds"],
    )
    # The weights are overwritten: drawing them first takes seconds.
    for name in ("kaiming_uniform_", "uniform_", "normal_"):
        setattr(torch.nn.init, name, lambda tensor, *_, **__: tensor)
    model, pattern = MaskedModel(config), make_pattern()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                fill(parameter, pattern, name, c["initializerRange"])
            else:
                parameter.fill_(0.0 if name.endswith(".bias") else 1.0)
        embeddings = model.bert.embeddings
        if config.learned_ids:
            embeddings.word_embeddings.weight[0] = 0
        for name, _ in priors:
            table = getattr(embeddings, f"{name}_knowledge")
            fill(table, pattern, f"bert.embeddings.{name}_knowledge", PRIOR_SCALE)
            table[:2] = 0
        half = (config.vocabulary - 2) // 2
        tokens = torch.arange(config.vocabulary)
        moved = (tokens >= 2) & (tokens < 2 + half) & (tokens % 4 != 0)
        embeddings.homologous_index.copy_(torch.where(moved, tokens + half, tokens))
    return model


def prepare(data):
    case = data["case"]
    torch.set_num_threads(case["threads"])
    device = "cpu" if case["device"] == "cpu" else "cuda"
    model = pattern_model(data["config"]).to(device)
    at = lambda name: torch.tensor(data[name], device=device)
    settle = torch.cuda.synchronize if device == "cuda" else lambda: None
    mask = torch.ones((case["nCells"], case["length"]), dtype=torch.long, device=device)
    species = at("species").unsqueeze(1)
    if case["kind"] == "train":
        return (*training(model, data, at, mask, species, settle), settle)
    return (*forward(model, case, at, mask, species, settle), settle)


def forward(model, case, at, mask, species, settle):
    model.eval()
    ids, values = at("tokenIds"), at("values")

    def encode(size):
        parts = []
        with torch.no_grad():
            for s in range(0, len(ids), size):
                batch = (ids[s : s + size], values[s : s + size], mask[s : s + size], species[s : s + size])
                parts.append(model.bert(*batch)[1][-1][:, 0] if VARIANT == "published" else model.bert.cls_only(*batch))
        return torch.cat(parts)[0].tolist()

    sizes = sorted({case["nCells"], min(case["nCells"], max(1, 1024 // case["length"]))})
    times = {}
    for size in sizes if len(sizes) > 1 else []:
        for _ in range(2):  # the first warms up
            start = time.perf_counter()
            encode(size)
            settle()
            times[size] = time.perf_counter() - start
    best = min(times, key=times.get) if times else sizes[0]
    return (lambda: encode(best)), f"{best} cells at a time"


def training(model, data, at, mask, species, settle):
    model.train()
    optimizer = adamw(model, data["learningRate"])
    batch = (at("maskedIds"), at("maskedValues"), mask, species, at("labels"), at("values"))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = model.losses(*batch, everywhere=VARIANT == "published")[0]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return [loss.item()]

    return step, ""


def peak_bytes():
    if torch.cuda.is_available() and torch.cuda.max_memory_allocated() > 0:
        return torch.cuda.max_memory_allocated()
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def loaded_libraries():
    """Files of linear algebra this process has really loaded (Linux)."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as file:
            paths = {line.split()[-1] for line in file if ".so" in line and ("blas" in line or "mkl" in line)}
    except OSError:
        return []
    return sorted(paths)


def openblas_core(paths):
    """Processor OpenBLAS takes this one for; null without OpenBLAS."""
    for path in paths:
        if "openblas" in os.path.basename(path):
            name = ctypes.CDLL(path).openblas_get_corename
            name.restype = ctypes.c_char_p
            return name().decode()
    return None


def about():
    lines = torch.__config__.show().splitlines()
    capability = next((line.split(":")[1].strip() for line in lines if "CPU capability" in line), "unknown")
    paths = loaded_libraries()
    print(json.dumps({
        "torch": torch.__version__,
        "python": sys.version.split()[0],
        "config": lines,
        "libraries": [os.path.basename(path) for path in paths],
        "core": openblas_core(paths),
        "capability": capability,
        "cuda": torch.cuda.get_device_name(0) if torch.cuda.is_available() else None,
    }))


def main():
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                run, note, settle = prepare(request["prepare"])
                answer = {"note": note}
            else:
                start, busy = time.perf_counter(), time.process_time()
                numbers = run()
                settle()
                answer = {
                    "seconds": time.perf_counter() - start,
                    "cpuSeconds": time.process_time() - busy,
                    "numbers": numbers,
                    "peakBytes": peak_bytes(),
                    "residentBytes": 0,
                }
        except Exception as error:  # noqa: BLE001: the row states it
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    about() if VARIANT == "about" else main()
