import hashlib

from django.db import migrations, models

from ocop_portal.lib import text


def fill_in(apps, schema_editor):
    """As ``Product.save`` does, for the products that are there; stories of a sentence say nothing."""
    Product = apps.get_model('products', 'Product')
    for product in Product.objects.exclude(story='').only('pk', 'story').iterator():
        told = text.search_key(product.story)
        if len(told) >= 80:
            digest = hashlib.sha256(told.encode()).hexdigest()
            Product.objects.filter(pk=product.pk).update(story_digest=digest)


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0002_given_codes'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='story_digest',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('story_digest', ''), _negated=True), fields=['story_digest'], name='product_of_the_same_story'),
        ),
    ]
