"""Writes the reference numbers under tests/genecompass/fixtures: `make_fixture.py [FOLDER]`.

Weights and cells are seeded and random; the arithmetic is float64 on float32 weights and inputs, stored as float32.
"""

import json
import os
import sys
from dataclasses import dataclass, field

import torch

import safetensors_file
from genecompass_torch import IGNORED, MASK, MASKED_VALUE, PRIOR_ORDER, ClassifierModel, Config, MaskedModel, adamw

RATE, STEPS, CLASSES = 5e-4, 5, 5


@dataclass(frozen=True)
class Fixture:
    config: Config
    human: int
    mouse: int
    homologs: int
    lengths: tuple
    entries: dict = field(default_factory=dict)
    holes: bool = False
    file: str = "pytorch_model.bin"


def small(values, entries):
    priors = tuple((name, 10) for name in PRIOR_ORDER)
    config = Config(82, 16, 2, 4, 32, 20, priors, values=values)
    return Fixture(config, human=44, mouse=36, homologs=22, lengths=(20, 14, 16, 2), entries=entries)


FIXTURES = {
    "small-encoder": small("encoder", {"use_value_emb": True, "concat_values_first": False}),
    "small-fused": small("fused", {"use_value_emb": False, "concat_values_first": True}),
    "three-priors-relu": Fixture(
        Config(72, 24, 3, 4, 40, 16, (("promoter", 10), ("co_exp", 10), ("peca_grn", 10)), "relu"),
        human=40,
        mouse=30,
        homologs=18,
        lengths=(16, 16, 16),
        holes=True,
        file="model.safetensors",
    ),
}


def published_entries(fixture):
    c = fixture.config
    names = [name for name, _ in c.priors]
    return {
        "architectures": ["BertForMaskedLM"],
        "model_type": "bert",
        "vocab_size": c.vocabulary,
        "hidden_size": c.width,
        "num_hidden_layers": c.layers,
        "num_attention_heads": c.heads,
        "intermediate_size": c.feed_forward,
        "hidden_act": c.activation,
        "hidden_dropout_prob": 0.02,
        "attention_probs_dropout_prob": 0.02,
        "max_position_embeddings": c.positions,
        "type_vocab_size": 2,
        "layer_norm_eps": c.norm_eps,
        "initializer_range": 0.02,
        "pad_token_id": 0,
        "use_values": True,
        **{f"use_{name}": name in names for name in PRIOR_ORDER},
        "use_cls_token": True,
        "warmup_steps": 10000,
        "emb_warmup_steps": 10000,
        **fixture.entries,
    }


def seed_weights(model, generator):
    """Every tensor is random, biases and scales too, so that none can be left out without being seen."""
    normal = lambda like: torch.randn(like.shape, generator=generator)
    for name, parameter in model.named_parameters():
        last = name.split(".")[-2]
        if last.lower().endswith(("norm", "_ln")) and name.endswith("weight"):
            parameter.data = 1 + 0.1 * normal(parameter)
        else:
            parameter.data = (0.1 if parameter.dim() == 1 else 0.15) * normal(parameter)
    model.bert.embeddings.word_embeddings.weight.data[0] = 0


def seed_tables(embeddings, fixture, generator):
    for name, width in fixture.config.priors:
        table = torch.randn((fixture.config.vocabulary, width), generator=generator)
        table[:2] = 0  # <pad> and <mask> have no knowledge
        getattr(embeddings, f"{name}_knowledge").copy_(table)
    first_mouse = 2 + fixture.human
    human = 2 + torch.randperm(fixture.human, generator=generator)[: fixture.homologs]
    mouse = first_mouse + torch.randperm(fixture.mouse, generator=generator)[: fixture.homologs]
    embeddings.homologous_index[human] = mouse
    return human, mouse


def make_cells(fixture, human, mouse, generator):
    """Cells of alternating species; a mouse gene with a homolog is written with its human token."""
    c = fixture.config
    ids = torch.zeros((len(fixture.lengths), c.positions), dtype=torch.long)
    values = torch.zeros(ids.shape)
    mask = torch.zeros_like(ids)
    only_mouse = [t for t in range(2 + fixture.human, c.vocabulary) if t not in mouse.tolist()]
    pools = [torch.arange(2, 2 + fixture.human), torch.cat([human, torch.tensor(only_mouse)])]
    for row, n in enumerate(fixture.lengths):
        pool = pools[row % 2]
        ids[row, :n] = pool[torch.randperm(len(pool), generator=generator)[:n]]
        values[row, :n] = (0.05 + 4 * torch.rand(n, generator=generator)).sort(descending=True).values
        mask[row, :n] = 1
        if fixture.holes:
            mask[row, torch.randperm(n - 1, generator=generator)[:3]] = 0
    if fixture.config.values == "encoder":
        values[0, 0] = 300.0  # above the bound of the encoder
    species = (torch.arange(len(ids)) % 2).unsqueeze(1)
    return ids, values, mask, species


def mask_cells(fixture, ids, values, generator):
    """Every fifth real gene, at least one a cell: hidden, replaced by a random token, or left, in turn 8 : 1 : 1."""
    masked_ids, masked_values = ids.clone(), values.clone()
    labels = torch.full_like(ids, IGNORED)
    n = 0
    for row in range(len(ids)):
        length = int((ids[row] > 0).sum())
        for position in torch.randperm(length, generator=generator)[: max(1, length // 5)].tolist():
            labels[row, position] = ids[row, position]
            kind, n = n % 10, n + 1
            if kind != 9:
                masked_values[row, position] = MASKED_VALUE
                masked_ids[row, position] = MASK if kind != 4 else 2 + (int(ids[row, position]) * 7) % fixture.human
    return masked_ids, masked_values, labels, values.clone()


def forward_tensors(model, cells, masked):
    ids, values, mask, species = cells
    with torch.no_grad():
        genes, states, logits, predicted = model(ids, values, mask, species)
        losses = model.losses(masked[0], masked[1], mask, species, masked[2], masked[3])
        return {
            "input_ids": ids,
            "values": values,
            "attention_mask": mask,
            "species": species,
            "embedding_output": genes,
            "last_hidden_state": states[-1],
            "last_hidden_state_unmasked_pads": model.bert(ids, values, None, species)[1][-1],
            "last_hidden_state_species_omitted": model.bert(ids, values, mask)[1][-1],
            "id_logits": logits,
            "value_predictions": predicted,
            "masked_input_ids": masked[0],
            "masked_values": masked[1],
            "labels": masked[2],
            "labels_values": masked[3],
            **{n: loss.reshape(1) for n, loss in zip(("loss", "id_loss", "value_loss"), losses)},
            **{f"hidden_state_{i}": state for i, state in enumerate(states)},
        }


def gradients_and_steps(model, batch):
    model.losses(*batch)[0].backward()
    gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
    optimizer = adamw(model, RATE)
    table = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = model.losses(*batch)[0]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        table.append([loss.item(), norm.item()])
    stored = ("concat_embeddings", "values_embeddings", "cls_embedding", "encoder.layer.0.", "cls.", "cls4value.")
    steps = {n: p for n, p in model.named_parameters() if any(f".{part}" in f".{n}" for part in stored)}
    steps["loss_and_grad_norm_per_step"] = torch.tensor(table, dtype=torch.float64)
    steps["final_loss"] = model.losses(*batch)[0].detach().reshape(1)
    return gradients, steps


def write_checkpoint(model, folder, name, as_safetensors):
    if not as_safetensors:
        torch.save(model.state_dict(), os.path.join(folder, f"{name}.bin"))
        return
    # As the safetensors writers of the field do: one copy of tied tensors, under the first of their names.
    tied = ("cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "cls4value.predictions.decoder.bias")
    tensors = {n: t for n, t in model.state_dict().items() if n not in tied}
    safetensors_file.write(os.path.join(folder, name.replace("pytorch_model", "model") + ".safetensors"), tensors, {"format": "pt"})


def make(name, fixture, folder):
    os.makedirs(folder, exist_ok=True)
    generator = torch.Generator().manual_seed(sum(name.encode()))
    model, classifier = MaskedModel(fixture.config), ClassifierModel(fixture.config, CLASSES)
    seed_weights(model, generator)
    seed_weights(classifier, generator)
    human, mouse = seed_tables(model.bert.embeddings, fixture, generator)
    classifier.bert.load_state_dict(model.bert.state_dict(), strict=False)
    as_safetensors = fixture.file.endswith(".safetensors")
    write_checkpoint(model, folder, "pytorch_model", as_safetensors)
    write_checkpoint(classifier, folder, "pytorch_model_classifier", False)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(published_entries(fixture), file, indent=1)
        file.write("\n")

    cells = make_cells(fixture, human, mouse, generator)
    masked = mask_cells(fixture, cells[0], cells[1], generator)
    labels = torch.arange(len(cells[0])) % CLASSES
    model, classifier = model.double().eval(), classifier.double().eval()
    double = lambda tensors: tuple(t.double() if t.is_floating_point() else t for t in tensors)
    cells, masked = double(cells), double(masked)
    save = lambda part, tensors: safetensors_file.write(os.path.join(folder, f"expected_{part}.safetensors"), tensors)
    save("forward", forward_tensors(model, cells, masked))
    logits = classifier(*cells[:3]).detach()
    loss = torch.nn.functional.cross_entropy(logits, labels).reshape(1)
    save("classifier", {"labels": labels, "logits": logits, "loss": loss})
    gradients, steps = gradients_and_steps(model, (masked[0], masked[1], cells[2], cells[3], masked[2], masked[3]))
    save("gradients", gradients)
    save("after_5_adamw_steps", steps)
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(f"{name}: {len(os.listdir(folder))} files, {size / 1024:.0f} KiB")


if __name__ == "__main__":
    default = os.path.join(os.path.dirname(__file__), "..", "genecompass", "fixtures")
    root = sys.argv[1] if len(sys.argv) > 1 else default
    for each, fixture in FIXTURES.items():
        make(each, fixture, os.path.join(root, each))
