"""Compares genecompass_torch.py with a folder of reference numbers: `check_fixture.py FOLDER [--float64]`.

Prints the largest difference of each group (relative where a number is above 1) and ends with status 1 when one is beyond its bound.
"""

import argparse
import json
import os
import sys

import torch

import safetensors_file
from genecompass_torch import ClassifierModel, MaskedModel, adamw, published_config

BOUNDS = {"activations": 1e-5, "gradients": 1e-5, "steps": 1e-5, "parameters": 1e-4, "classifier": 1e-5}
RATE = 5e-4


def load_tensors(folder, name):
    safe = os.path.join(folder, name.replace("pytorch_model", "model") + ".safetensors")
    if os.path.exists(safe):
        return safetensors_file.read(safe)
    return torch.load(os.path.join(folder, name + ".bin"))


def fill(model, tensors):
    """Loads by name; tied copies may be missing, nothing else."""
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    missing = [n for n in missing if not n.startswith("emb_warmup.") and not n.endswith(("decoder.weight", "decoder.bias"))]
    assert not missing and not unexpected, (missing, unexpected)
    return model.eval()


def differences(folder, dtype):
    with open(os.path.join(folder, "config.json")) as file:
        entries = json.load(file)
    as_type = lambda tensors: {n: t.to(dtype) if t.is_floating_point() else t for n, t in tensors.items()}
    expected = lambda name: as_type(safetensors_file.read(os.path.join(folder, f"expected_{name}.safetensors")))
    tensors = load_tensors(folder, "pytorch_model")
    model = fill(MaskedModel(published_config(entries, tensors)), tensors).to(dtype)
    groups = {name: {} for name in BOUNDS}

    def note(group, name, actual, wanted):
        wanted = wanted.reshape(actual.shape)
        groups[group][name] = ((actual.detach() - wanted).abs() / wanted.abs().clamp(min=1)).max().item()

    e = expected("forward")
    ids, values, mask, species = e["input_ids"], e["values"], e["attention_mask"], e["species"]
    with torch.no_grad():
        genes, states, logits, predicted = model(ids, values, mask, species)
        note("activations", "embedding_output", genes, e["embedding_output"])
        for i, state in enumerate(states):
            note("activations", f"hidden_state_{i}", state, e[f"hidden_state_{i}"])
        note("activations", "last_hidden_state", states[-1], e["last_hidden_state"])
        note("activations", "id_logits", logits, e["id_logits"])
        note("activations", "value_predictions", predicted, e["value_predictions"])
        note("activations", "cls only", model.bert.cls_only(ids, values, mask, species), states[-1][:, 0])
        unmasked = model.bert(ids, values, None, species)[1][-1]
        note("activations", "unmasked pads", unmasked, e["last_hidden_state_unmasked_pads"])
        omitted = model.bert(ids, values, mask)[1][-1]
        note("activations", "species omitted", omitted, e["last_hidden_state_species_omitted"])

    batch = (e["masked_input_ids"], e["masked_values"], mask, species, e["labels"], e["labels_values"])
    for everywhere in (True, False):
        losses = model.losses(*batch, everywhere=everywhere)
        for name, loss in zip(("loss", "id_loss", "value_loss"), losses):
            note("activations", f"{name}, everywhere {everywhere}", loss.reshape(1), e[name])
    losses[0].backward()
    for name, wanted in expected("gradients").items():
        note("gradients", name, dict(model.named_parameters())[name].grad, wanted)

    steps = expected("after_5_adamw_steps")
    optimizer = adamw(model, RATE)
    for i, (loss_wanted, norm_wanted) in enumerate(steps["loss_and_grad_norm_per_step"]):
        optimizer.zero_grad()
        loss = model.losses(*batch)[0]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        note("steps", f"loss {i + 1}", loss, loss_wanted)
        note("steps", f"norm {i + 1}", norm, norm_wanted)
    note("steps", "final loss", model.losses(*batch)[0], steps["final_loss"])
    for name, parameter in model.named_parameters():
        if name in steps:
            note("parameters", name, parameter, steps[name])

    c = expected("classifier")
    tensors = load_tensors(folder, "pytorch_model_classifier")
    classifier = ClassifierModel(published_config(entries, tensors), c["logits"].shape[1])
    logits = fill(classifier, tensors).to(dtype)(ids, values, mask)
    note("classifier", "logits", logits, c["logits"])
    note("classifier", "loss", torch.nn.functional.cross_entropy(logits, c["labels"]).reshape(1), c["loss"])
    return groups


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--float64", action="store_true", help="compute in float64")
    given = parser.parse_args()
    torch.manual_seed(0)
    failed = False
    for group, found in differences(given.folder, torch.float64 if given.float64 else torch.float32).items():
        worst = max(found, key=found.get)
        failed |= not found[worst] <= BOUNDS[group]
        print(f"{group:12} {len(found):3} tensors  largest {found[worst]:.2e}  ({worst}; bound {BOUNDS[group]:g})")
    sys.exit(1 if failed else 0)
