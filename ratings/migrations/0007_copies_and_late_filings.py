"""What a copied dossier carried over, and since when a re-evaluation was late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ratings", "0006_answer_none_fits")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="carried",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="dossier",
            name="late_since",
            field=models.DateField(editable=False, null=True, verbose_name="late since"),
        ),
    ]
